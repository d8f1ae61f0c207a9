"""A real PgBouncer in transaction mode for the tests, before the PostgreSQL of the tests.

It listens on a unix socket only, and runs as a plain user, since it refuses root.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from tests.support.patience import PATIENCE
from tests.support.postgresql import plain_user

PORT = 6432
SETTINGS = """
[databases]
* = host={server}
[pgbouncer]
listen_addr =
listen_port = {port}
unix_socket_dir = {folder}
auth_type = trust
auth_file = {folder}/users
pool_mode = {mode}
default_pool_size = {size}
max_client_conn = 400
logfile = {folder}/log
pidfile = {folder}/pid
"""


def program() -> str | None:
    """PgBouncer, on the path or where Debian keeps it."""
    return shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


class Pooler:
    """One PgBouncer before one server; the server's databases have the same names behind it."""

    def __init__(self, path: str, server: Path, mode: str = "transaction", size: int = 2) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="zin-pgbouncer-"))
        settings = SETTINGS.format(
            server=server,
            folder=self.folder,
            mode=mode,
            size=size,
            port=PORT,
        )
        (self.folder / "settings").write_text(settings)
        (self.folder / "users").write_text('"zin" ""\n')
        user, group = plain_user() if os.getuid() == 0 else (None, None)
        if user is not None and group is not None:
            os.chown(self.folder, user, group)
        self._running = subprocess.Popen(
            [path, "-q", self.folder / "settings"],
            cwd="/",
            user=user,
            group=group,
            extra_groups=[] if user else None,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._wait()

    def url(self, name: str) -> str:
        return f"postgresql://zin@/{name}?host={self.folder}&port={PORT}"

    def remove(self) -> None:
        self._running.terminate()
        self._running.wait(PATIENCE)
        shutil.rmtree(self.folder)

    def _wait(self) -> None:
        until, socket = time.monotonic() + PATIENCE, self.folder / f".s.PGSQL.{PORT}"
        while not socket.exists():
            if time.monotonic() > until or self._running.poll() is not None:
                log = self.folder / "log"
                raise RuntimeError(f"PgBouncer did not start:\n{log.read_text() if log.exists() else ''}")
            time.sleep(0.02)
