"""Changes of tables in PostgreSQL, by any process: the one that wrote notifies, and every process listens.

A notification follows the commit as a statement of its own, because NOTIFY inside a transaction lets all commits wait
for each other. If a process ends between both, others see the rows at the end of their longest wait. Many writes in a
short time share a notification. Source: postgresql.org/docs/current/sql-notify.html, src/backend/commands/async.c
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from typing import Any, Final

from database.changes import WATCHED, ChangeSignal
from database.postgresql_errors import translated_errors
from database.postgresql_hosts import Connector
from state.errors import SourceUnavailable

CHANNEL: Final = "zin_changes"
NOTIFY: Final = f"SELECT pg_notify('{CHANNEL}', name) FROM unnest($1::text[]) AS name"
READ_ONLY: Final = "SHOW transaction_read_only"
GATHER_SECONDS: Final = 0.05  # between two notifications of one process
AGAIN_SECONDS: Final = 1.0  # before the next try, if the server cannot be reached
ALIVE_SECONDS: Final = 5.0  # between two questions whether the server still answers

Run = Callable[[str, list[str]], Awaitable[object]]


class PostgreSQLChanges(ChangeSignal):
    """The signal of one database, over a connection that only listens. run runs a statement, for notifications.

    A pooler in transaction mode gives each statement another connection, so that nobody can listen behind it.
    """

    def __init__(self, connector: Connector, answer_seconds: float, run: Run, *, pooled: bool) -> None:
        super().__init__()
        self._connector, self._answer_seconds, self._run, self._pooled = connector, answer_seconds, run, pooled
        self._written: set[str] = set()
        self._notifying: asyncio.Task[None] | None = None

    def announce(self, names: Iterable[str]) -> None:
        """Tell all processes soon that these tables have changed, those of WATCHED."""
        if self._pooled or WATCHED.isdisjoint(names):
            return
        self._written.update(WATCHED.intersection(names))
        if self._notifying is None:
            self._notifying = asyncio.create_task(self._notify())

    async def close(self) -> None:
        """Send what was announced, and receive no more changes."""
        if self._notifying:
            await self._notifying
        await super().close()

    async def _notify(self) -> None:
        try:
            while self._written:
                names, self._written = sorted(self._written), set()
                with suppress(SourceUnavailable):  # others see the rows at the end of their longest wait
                    await self._run(NOTIFY, names)
                await asyncio.sleep(GATHER_SECONDS)
        finally:
            self._notifying = None

    async def _receive(self) -> None:
        while not self._pooled:
            try:
                with translated_errors():
                    await self._listen()
            except SourceUnavailable:  # the next query reports it
                pass
            finally:
                self.is_live = False
                self.note()
            await asyncio.sleep(AGAIN_SECONDS)

    async def _listen(self) -> None:
        ended = asyncio.Event()
        connection = await self._connector.connect(command_timeout=self._answer_seconds)
        try:
            connection.add_termination_listener(lambda _: ended.set())
            await connection.add_listener(CHANNEL, self._heard)
            self.is_live = True
            self.note()  # what changed before
            while not ended.is_set():
                with suppress(TimeoutError):
                    async with asyncio.timeout(ALIVE_SECONDS):
                        await ended.wait()
                if await connection.fetchval(READ_ONLY) == "on":  # it was demoted: others write elsewhere
                    return
        finally:
            await connection.close(timeout=self._connector.seconds)

    def _heard(self, _connection: Any, _pid: int, _channel: str, name: str) -> None:
        self.note((name,))
