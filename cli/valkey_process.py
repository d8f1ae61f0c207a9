"""Runs the embedded Valkey of several workers in a process of its own, which ends after them."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Final

from cli.forked import end_children, fork
from cli.http_server import stop_event
from settings import Settings
from state.errors import StoreUnavailable
from state.store.embedded import EmbeddedValkey

RUNS: Final = b"runs"
Pipe = tuple[int, int]  # the descriptors of the reading and the writing end


class ValkeyProcess:
    """The process that owns the embedded Valkey; it ends after us and our workers, even if they are killed."""

    def __init__(self, settings: Settings) -> None:
        self._settings, self._users = settings, os.pipe()
        self.pid = 0

    def start(self) -> None:
        """Start it, and wait until Valkey answers. Raises StoreUnavailable."""
        reading, writing = os.pipe()
        self.pid = fork("zin valkey", partial(_run, self._settings, self._users, writing))
        os.close(writing)
        with open(reading, "rb") as found:
            reason = found.read()
        if reason != RUNS:
            raise StoreUnavailable(reason.decode() or "the process of Valkey ended at once")

    def stop(self) -> None:
        """Stop Valkey after it has written its data."""
        end_children([self.pid])


@contextmanager
def embedded_valkey(settings: Settings) -> Iterator[ValkeyProcess | None]:
    """Run the embedded Valkey until the end of this context, if the settings name no other.

    Raises StoreUnavailable if it does not start.
    """
    if settings.redis_url:
        yield None
        return
    valkey = ValkeyProcess(settings)
    try:
        valkey.start()
        yield valkey
    finally:
        valkey.stop()


def _run(settings: Settings, users: Pipe, answer: int) -> int:
    os.close(users[1])  # held by the users alone
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all: the workers still need Valkey
    return asyncio.run(_own(settings, users[0], answer))


async def _own(settings: Settings, users: int, answer: int) -> int:
    """Own the Valkey until SIGTERM or until all its users have ended, even if they were killed."""
    stop, valkey = stop_event(users), EmbeddedValkey(settings.data)
    try:
        await valkey.start()
        os.write(answer, RUNS)
        os.close(answer)
        await stop.wait()
        return 0
    except StoreUnavailable as wrong:
        os.write(answer, str(wrong).encode())
        return 1
    finally:
        await valkey.stop()
