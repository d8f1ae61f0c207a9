"""Changes of tables that workers wait for, instead of asking for new rows again and again.

    a process writes rows -> the signal of every process -> the watches of these tables -> a round of their workers

A signal says that rows may have changed, not which. It may stop for a while, as when a server fails over, and a pooler
in transaction mode gives none. While it is not live, workers look for rows at their usual interval.
"""

from __future__ import annotations

import asyncio
import weakref
from abc import ABC, abstractmethod
from collections.abc import Collection
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from database import tables
from state.cancellation import end_task

if TYPE_CHECKING:
    from sqlalchemy import Table

WATCHED: Final = frozenset(  # the tables whose rows workers wait for
    table.name
    for table in (
        tables.audit,  # of all that operators do, such as a publication of menus
        tables.careers,
        tables.ministry_callbacks,
        tables.ministry_recipients,
        tables.outbox,
        tables.paused,
        tables.promises,
        tables.publications,
        tables.requests,
    )
)


class Watch:
    """What one worker waits for. A change during its work is not lost: the next wait ends at once."""

    __slots__ = ("__weakref__", "_changed", "_signal", "names")

    def __init__(self, signal: ChangeSignal, names: frozenset[str]) -> None:
        self._signal, self.names, self._changed = signal, names, asyncio.Event()

    def note(self) -> None:
        """End the wait, or the next one."""
        self._changed.set()

    async def wait(self, usual: float, longest: float) -> None:
        """Wait until rows may have changed, for `longest` seconds at most; without a live signal for `usual`."""
        self._signal.begin()
        with suppress(TimeoutError):
            async with asyncio.timeout(longest if self._signal.is_live else usual):
                await self._changed.wait()
        self._changed.clear()


class ChangeSignal(ABC):
    """The signal of one process; tests/database/test_changes.py runs over every one."""

    def __init__(self) -> None:
        self.is_live = False
        self._watches: weakref.WeakSet[Watch] = weakref.WeakSet()
        self._receiving: asyncio.Task[None] | None = None

    def watch(self, *watched: Table) -> Watch:
        """Return a watch over these tables, each of WATCHED."""
        names = frozenset(table.name for table in watched)
        assert names <= WATCHED, f"nobody announces {', '.join(names - WATCHED)}"
        watch = Watch(self, names)
        self._watches.add(watch)
        return watch

    def begin(self) -> None:
        """Receive changes from now on, if this does not run already."""
        if self._receiving is None or self._receiving.done():
            self._receiving = asyncio.create_task(self._receive())

    async def close(self) -> None:
        """Receive no more changes, until somebody waits again."""
        receiving, self._receiving = self._receiving, None
        if receiving:
            await end_task(receiving)

    def note(self, names: Collection[str] = WATCHED) -> None:
        """End the waits for these tables."""
        for watch in self._watches:
            if not watch.names.isdisjoint(names):
                watch.note()

    @abstractmethod
    async def _receive(self) -> None:
        """Note changes until cancelled, and set whether this is live."""
