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


@contextmanager
def embedded_valkey(settings: Settings) -> Iterator[None]:
    """Run the embedded Valkey until the end of this context, if the settings name no other.

    Raises StoreUnavailable if it does not start.
    """
    if settings.redis_url:
        yield
        return
    users, answer = os.pipe(), os.pipe()
    pid = fork("zin valkey", partial(_run, settings, users, answer))
    try:
        os.close(users[0])  # this process and its workers hold the writing end until they end
        os.close(answer[1])
        with open(answer[0], "rb") as found:
            reason = found.read()
        if reason != RUNS:
            raise StoreUnavailable(reason.decode() or "the process of Valkey ended at once")
        yield
    finally:
        end_children([pid])


def _run(settings: Settings, users: Pipe, answer: Pipe) -> int:
    os.close(users[1])
    os.close(answer[0])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all: the workers still need Valkey
    return asyncio.run(_own(settings, users[0], answer[1]))


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
