"""The file in which the embedded Valkey keeps what was written: left off while there is no room, and begun again.

With a full disk the server refuses every write, which would turn away every citizen to keep what may be lost anyway.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import structlog

from state.store.inline_command import ask

ANSWER_SECONDS: Final = 1.0
AGAIN_SECONDS: Final = 30.0  # between two looks for room
ROOM_BYTES: Final = 16 * 2**20  # that must be free before the file is begun again
FAILED: Final = b"aof_last_write_status:err"  # what could not be written, or not be brought to the disk
log = structlog.get_logger("valkey")


class AppendOnlyFile:
    """The file of the server on this socket, in this folder."""

    def __init__(self, folder: Path, socket: Path, clock: Callable[[], float] = time.monotonic) -> None:
        """clock is in seconds and never steps back."""
        self._folder, self._socket, self._clock = folder, socket, clock
        self._again_at = 0.0  # when to look for room again; 0 while the file is written

    async def option(self) -> str:
        """Whether a server that starts now is to write it, as its option says it."""
        room = await asyncio.to_thread(_has_room, self._folder)
        self._log(0.0 if room else self._clock() + AGAIN_SECONDS)
        return "yes" if room else "no"

    async def look(self) -> None:
        """Have it left off when it can no longer be written, and begun again when there is room."""
        if not self._again_at:
            if FAILED in await ask(self._socket, b"INFO persistence", ANSWER_SECONDS):
                await self._set("no", self._clock() + AGAIN_SECONDS)
        elif self._clock() >= self._again_at:
            if await asyncio.to_thread(_has_room, self._folder):
                await self._set("yes", 0.0)
            else:
                self._again_at = self._clock() + AGAIN_SECONDS

    async def _set(self, option: str, again_at: float) -> None:
        """Said to a server that does not answer, it is said again at the next look."""
        if await ask(self._socket, f"CONFIG SET appendonly {option}".encode(), ANSWER_SECONDS) == b"+OK\r\n":
            self._log(again_at)

    def _log(self, again_at: float) -> None:
        if again_at and not self._again_at:
            log.error("no room on the disk: sessions are kept in memory only, and lost when valkey stops")
        if self._again_at and not again_at:
            log.info("sessions are kept on the disk again")
        self._again_at = again_at


def _has_room(folder: Path) -> bool:
    """In a thread: whether so much can be written here, quotas and all."""
    probe = folder / "valkey.room"
    try:
        with probe.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, ROOM_BYTES)
    except OSError:
        return False
    finally:
        probe.unlink(missing_ok=True)
    return True
