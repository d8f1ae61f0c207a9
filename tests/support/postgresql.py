"""A real PostgreSQL for the tests, started by this process in a folder of its own and ended with it.

It listens on a unix socket, and on a port of loopback if a test gives one. It runs as a plain user, since it refuses
root.
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

QUICK = ("fsync=off", "full_page_writes=off", "shared_buffers=16MB")
SMALL = ("max_wal_size=64MB", "min_wal_size=32MB")


def programs() -> Path | None:
    """The folder of initdb and postgres: on the path, or where Debian keeps them."""
    on_path = shutil.which("initdb")
    folders = [Path(on_path).resolve().parent] if on_path else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "postgres").exists()), None)


class Server:
    """One PostgreSQL server, which can be stopped and started under the feet of those who use it."""

    def __init__(self, folder: Path, port: int | None = None, primary: Server | None = None) -> None:
        """A new server, or a standby that follows the primary."""
        self._programs, self.port = folder, port
        self._names: list[str] = []  # of the databases that `new` made and nobody removed, oldest first
        self._numbers = itertools.count()
        self.folder = Path(tempfile.mkdtemp(prefix="zin-postgresql-"))
        self._running: subprocess.Popen[bytes] | None = None
        self.filled = False  # the template `filled` is there
        if os.getuid() == 0:
            os.chown(self.folder, *plain_user())
        if primary:
            self._run("pg_basebackup", "-R", "-U", "zin", "-h", primary.folder, "-p", str(primary.port), "-c", "fast")
        else:
            self._run("initdb", "-U", "zin", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        self.start()

    def url(self, name: str) -> str:
        port = f"&port={self.port}" if self.port else ""
        return f"postgresql://zin@/{name}?host={self.folder}{port}"

    def start(self) -> None:
        listens = ("listen_addresses=127.0.0.1", f"port={self.port}") if self.port else ("listen_addresses=",)
        options = [*QUICK, *SMALL, f"unix_socket_directories={self.folder}", *listens]
        self._running = self._begin("postgres", *(part for option in options for part in ("-c", option)))
        until = time.monotonic() + PATIENCE
        ready: list[str | Path] = [self._programs / "pg_isready", "--quiet", "--host", self.folder]
        ready += ["--port", str(self.port)] if self.port else []
        while subprocess.run(ready, check=False).returncode:
            if time.monotonic() > until or self._running.poll() is not None:
                raise RuntimeError(f"PostgreSQL did not start:\n{(self.folder / 'log').read_text()}")
            time.sleep(0.02)

    def stop(self) -> None:
        """As an administrator stops it for maintenance: every connection is cut, and a standby has got all before."""
        if self._running:
            self._running.send_signal(signal.SIGINT)
            self._running.wait(PATIENCE)
            self._running = None

    def kill(self) -> None:
        """As a machine loses its current: all processes end at once, in the middle of what they do."""
        if self._running:
            self._signal_all(signal.SIGKILL)
            self._running.wait(PATIENCE)
            self._running = None

    def promote(self) -> None:
        """Make a standby the primary, once it has applied all that it received."""
        self._run("pg_ctl", "promote", "--wait", "--silent")

    def remove(self) -> None:
        if self._running:
            self._signal_all(signal.SIGCONT)  # a silent one could not stop
        self.stop()
        shutil.rmtree(self.folder)

    async def new(self, template: str = "template0", name: str = "") -> str:
        """The address of a new database, a copy of the template."""
        if not name:
            name = f"test_{next(self._numbers)}"
            self._names.append(name)
        connection = await asyncpg.connect(self.url("postgres"))
        try:
            await connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        finally:
            await connection.close()
        return self.url(name)

    def made(self) -> int:
        """How many databases without a name of their own are there."""
        return len(self._names)

    def keep(self, count: int) -> None:
        """Remove these databases but the oldest `count`: one takes 8 MB, and a run of all tests has a thousand.

        One that is still in use stays.
        """
        names, self._names = self._names[count:], self._names[:count]
        if names and self._running:
            reached = ("-U", "zin", "-h", self.folder, "-d", "postgres")
            drops = (part for name in names for part in ("-c", f"DROP DATABASE {name}"))
            command: list[str | Path] = [self._programs / "psql", "-q", *reached, *drops]
            with (self.folder / "log").open("ab") as log:
                subprocess.run(command, check=False, stdout=log, stderr=log, timeout=PATIENCE)

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

    def _run(self, program: str, *options: str | Path) -> None:
        if self._begin(program, *options).wait(PATIENCE):
            raise RuntimeError(f"{program} failed:\n{(self.folder / 'log').read_text()}")

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
