"""A real PostgreSQL for the tests, started by this process in a folder of its own and ended with it.

It listens on a unix socket only, and runs as a plain user, since it refuses root.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]  # the package carries no types

from tests.support.patience import PATIENCE

QUICK = ("fsync=off", "full_page_writes=off", "shared_buffers=16MB", "listen_addresses=")


def programs() -> Path | None:
    """The folder of initdb and postgres: on the path, or where Debian keeps them."""
    on_path = shutil.which("initdb")
    folders = [Path(on_path).resolve().parent] if on_path else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "postgres").exists()), None)


class Server:
    """One PostgreSQL server, which can be stopped and started under the feet of those who use it."""

    def __init__(self, folder: Path) -> None:
        self._programs, self._numbers = folder, itertools.count()
        self.folder = Path(tempfile.mkdtemp(prefix="zin-postgresql-"))
        self._running: subprocess.Popen[bytes] | None = None
        self.filled = False  # the template `filled` is there
        if os.getuid() == 0:
            os.chown(self.folder, *plain_user())
        made = self._begin("initdb", "-U", "zin", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        if made.wait(PATIENCE):
            raise RuntimeError(f"initdb failed:\n{(self.folder / 'log').read_text()}")
        self.start()

    def url(self, name: str) -> str:
        return f"postgresql://zin@/{name}?host={self.folder}"

    def start(self) -> None:
        options = [*QUICK, f"unix_socket_directories={self.folder}"]
        self._running = self._begin("postgres", *(part for option in options for part in ("-c", option)))
        until = time.monotonic() + PATIENCE
        ready: list[str | Path] = [self._programs / "pg_isready", "--quiet", "--host", self.folder]
        while subprocess.run(ready, check=False).returncode:
            if time.monotonic() > until or self._running.poll() is not None:
                raise RuntimeError(f"PostgreSQL did not start:\n{(self.folder / 'log').read_text()}")
            time.sleep(0.02)

    def stop(self) -> None:
        """As an administrator stops it for maintenance: every connection is cut."""
        if self._running:
            self._running.send_signal(signal.SIGINT)
            self._running.wait(PATIENCE)
            self._running = None

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder)

    async def new(self, template: str = "template0", name: str = "") -> str:
        """The address of a new database, a copy of the template."""
        name = name or f"test_{next(self._numbers)}"
        connection = await asyncpg.connect(self.url("postgres"))
        try:
            await connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        finally:
            await connection.close()
        return self.url(name)

    async def freeze(self) -> None:
        """Stop the server's processes where they stand: connected, and silent."""
        await asyncio.to_thread(self._signal_all, signal.SIGSTOP)

    async def thaw(self) -> None:
        await asyncio.to_thread(self._signal_all, signal.SIGCONT)

    def _signal_all(self, number: int) -> None:
        assert self._running
        children = Path(f"/proc/{self._running.pid}/task/{self._running.pid}/children").read_text().split()
        for pid in (self._running.pid, *map(int, children)):
            os.kill(pid, number)

    def _begin(self, program: str, *options: str | Path) -> subprocess.Popen[bytes]:
        user, group = plain_user() if os.getuid() == 0 else (None, None)
        command = [self._programs / program, "-D", self.folder / "data", *options]
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                command, cwd="/", user=user, group=group, extra_groups=[] if user else None, stdout=log, stderr=log
            )


def plain_user() -> tuple[int, int]:
    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid
