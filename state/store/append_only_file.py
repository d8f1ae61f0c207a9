"""Switches the append-only file of the embedded Valkey off while the disk is full, and on again later.

With a full disk the server refuses every write; all citizens would be refused to protect data that may be lost anyway.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import structlog

from state.store.inline_command import InlineConnection

ANSWER_SECONDS: Final = 1.0
AGAIN_SECONDS: Final = 30.0  # between two checks of the free space
ROOM_BYTES: Final = 16 * 2**20  # free space needed to switch the file on
FAILED: Final = b"aof_last_write_status:err"  # the last write or sync failed
log = structlog.get_logger("valkey")


class AppendOnlyFile:
    """The append-only file of the server with this socket and folder."""

    def __init__(self, folder: Path, socket: Path, clock: Callable[[], float] = time.monotonic) -> None:
        """Clock returns seconds and never steps back."""
        self._folder, self._server, self._clock = folder, InlineConnection(socket), clock
        self._again_at = 0.0  # time of the next check of the free space; 0 while the file is on

    async def option(self) -> str:
        """Return the server's option appendonly for a start now: "yes" or "no"."""
        room = await asyncio.to_thread(_has_room, self._folder)
        self._log(0.0 if room else self._clock() + AGAIN_SECONDS)
        return "yes" if room else "no"

    async def update(self) -> None:
        """Switch the file off if the server cannot write it, and on if there is free space."""
        if not self._again_at:
            if FAILED in await self._server.ask(b"INFO persistence", ANSWER_SECONDS):
                await self._set("no", self._clock() + AGAIN_SECONDS)
        elif self._clock() >= self._again_at:
            if await asyncio.to_thread(_has_room, self._folder):
                await self._set("yes", 0.0)
            else:
                self._again_at = self._clock() + AGAIN_SECONDS

    def close(self) -> None:
        """Close the connection to the server."""
        self._server.close()

    async def _set(self, option: str, again_at: float) -> None:
        """Set the server's option; if the server does not answer, the next check tries again."""
        if await self._server.ask(f"CONFIG SET appendonly {option}".encode(), ANSWER_SECONDS) == b"+OK\r\n":
            self._log(again_at)

    def _log(self, again_at: float) -> None:
        if again_at and not self._again_at:
            log.error("no room on the disk: sessions are kept in memory only, and lost when valkey stops")
        if self._again_at and not again_at:
            log.info("sessions are kept on the disk again")
        self._again_at = again_at


def _has_room(folder: Path) -> bool:
    """Check, in a thread, that ROOM_BYTES can be written here, quotas included."""
    probe = folder / "valkey.room"
    try:
        with probe.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, ROOM_BYTES)
    except OSError:
        return False
    finally:
        probe.unlink(missing_ok=True)
    return True
