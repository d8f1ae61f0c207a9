"""An event loop whose time jumps to the next timer, and whose connections are in memory: a minute takes no time.

Nothing here waits for a network or a clock, so what happens in which order is always the same.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar, cast

T = TypeVar("T")


# Seconds that time goes on between two looks, as any clock does: who waits for what is left of a time, and finds that
# rounding left something, would wait for ever otherwise.
STEP = 1e-6


class _Jumps(selectors.SelectSelector):
    """Waits for nothing: the time of the loop goes on instead."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self.now += max(STEP, timeout or 0.0)
        return super().select(0)


class _End(asyncio.Transport):
    """One end of a connection; what it writes comes to the other at once."""

    def __init__(self, loop: asyncio.AbstractEventLoop, protocol: asyncio.Protocol) -> None:
        super().__init__()
        self._loop, self._protocol, self._is_closed = loop, protocol, False
        self.other: _End | None = None

    def write(self, data: bytes | bytearray | memoryview) -> None:
        if self.other and not self._is_closed:
            self._loop.call_soon(self.other.receive, bytes(data))

    def receive(self, data: bytes) -> None:
        if not self._is_closed:
            self._protocol.data_received(data)

    def is_closing(self) -> bool:
        return self._is_closed

    def close(self) -> None:
        if not self._is_closed:
            self._is_closed = True
            self._loop.call_soon(self._protocol.connection_lost, None)
            if self.other:
                self._loop.call_soon(self.other.close)

    def abort(self) -> None:
        self.close()


class VirtualLoop(asyncio.SelectorEventLoop):
    """Every connection that is opened leads to what `accept` returns."""

    def __init__(self, accept: Callable[[], asyncio.Protocol]) -> None:
        self._jumps, self._accept = _Jumps(), accept
        super().__init__(self._jumps)

    def time(self) -> float:
        return self._jumps.now

    async def create_connection(self, protocol_factory: Callable[[], Any], *_: Any, **__: Any) -> Any:
        ours, theirs = (_End(self, protocol) for protocol in (protocol_factory(), self._accept()))
        ours.other, theirs.other = theirs, ours
        for end in (ours, theirs):
            end._protocol.connection_made(end)
        return ours, ours._protocol


def run_virtually(run: Callable[[], Coroutine[Any, Any, T]], accept: Callable[[], asyncio.Protocol]) -> T:
    """Run to its end in a loop of its own; returns what it returns."""
    loop = VirtualLoop(accept)
    with asyncio.Runner(loop_factory=lambda: cast(asyncio.AbstractEventLoop, loop)) as runner:
        return runner.run(run())
