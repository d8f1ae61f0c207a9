"""The connections of one process to PostgreSQL: a pool for statements, and a few for long transactions.

Sessions of a server that was demoted or has fallen silent are dropped together, so that the next statement looks for
the primary again.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

import asyncpg  # type: ignore[import-untyped]  # the package carries no types

from database.errors import NoFreeConnection
from database.postgresql_hosts import Connector, Session

LEAVING_SECONDS: Final = 1.0  # between two renewals of all connections while a server is read-only or silent
TRANSACTION_SECONDS: Final = 60.0  # for a statement of a long transaction, and for the wait for its connection


@dataclass(frozen=True, slots=True)
class PoolSizes:
    """How many connections a process opens at most."""

    statements: int = 10
    transactions: int = 4


class ConnectionPool:
    """The connections of one process, opened when needed and replaced after a failure."""

    def __init__(self, connector: Connector, answer_seconds: float, sizes: PoolSizes) -> None:
        self._connector, self._answer_seconds, self._sizes = connector, answer_seconds, sizes
        self._pool: Any = None
        self._left_at, self._leaving = float("-inf"), set[asyncio.Task[None]]()
        self._opening, self._transactions = asyncio.Lock(), asyncio.Semaphore(sizes.transactions)

    @asynccontextmanager
    async def lent(self) -> AsyncIterator[Any]:
        """Lend a connection for one statement.

        Raises NoFreeConnection if all are in use for too long. What the statement raises may end other connections too.
        """
        pool = self._pool or await self._open()
        connection = await self._acquire(pool)
        try:
            yield connection
        except asyncpg.ReadOnlySQLTransactionError:  # the primary was demoted
            self._leave(pool)
            raise
        except TimeoutError:  # a server that has fallen silent leaves its connections open
            await self._renew(pool)
            connection.terminate()  # an orderly end would wait for the server once more
            raise
        finally:
            await pool.release(connection)

    @asynccontextmanager
    async def own(self) -> AsyncIterator[Any]:
        """Open a connection for one long transaction. Raises NoFreeConnection if too many run for too long."""
        try:
            async with asyncio.timeout(TRANSACTION_SECONDS):
                await self._transactions.acquire()
        except TimeoutError:
            raise NoFreeConnection("PostgreSQL: too many transactions run already") from None
        try:
            connection = await self._connector.connect(command_timeout=TRANSACTION_SECONDS)
            try:
                yield connection
            finally:
                await connection.close(timeout=self._connector.seconds)
        finally:
            self._transactions.release()

    async def close(self) -> None:
        """Close all connections; a later statement opens one again."""
        await asyncio.gather(*self._leaving, return_exceptions=True)
        pool, self._pool = self._pool, None
        if pool is not None:
            await self._let_go(pool)

    async def _acquire(self, pool: Any) -> Any:
        try:
            return await pool.acquire(timeout=self._connector.seconds)
        except TimeoutError:
            if pool.get_size() - pool.get_idle_size() < self._sizes.statements:
                raise  # it is the server that does not answer
            raise NoFreeConnection(f"PostgreSQL: all {self._sizes.statements} connections are in use") from None

    def _is_renewed(self) -> bool:
        """Whether a renewal began just now; otherwise one begins."""
        if time.monotonic() - self._left_at < LEAVING_SECONDS:
            return True
        self._left_at = time.monotonic()
        return False

    async def _renew(self, pool: Any) -> None:
        """Let each connection be opened anew before its next statement; those that still run may end."""
        if not self._is_renewed():
            await pool.expire_connections()

    def _leave(self, pool: Any) -> None:
        """Drop the pool, so that the next statement of anybody looks for the primary."""
        if self._pool is not pool or self._is_renewed():
            return
        self._pool = None
        leaving = asyncio.create_task(self._let_go(pool))
        self._leaving.add(leaving)
        leaving.add_done_callback(self._leaving.discard)

    async def _let_go(self, pool: Any) -> None:
        try:
            async with asyncio.timeout(self._connector.seconds):
                await pool.close()
        except TimeoutError:
            pool.terminate()

    async def _open(self) -> Any:
        async with self._opening:
            if self._pool is None:
                self._pool = await asyncpg.create_pool(
                    connect=self._connect,
                    connection_class=Session,
                    min_size=0,
                    max_size=self._sizes.statements,
                    command_timeout=self._answer_seconds,
                    reset=_nothing_to_reset,
                )
            return self._pool

    async def _connect(self, *_: Any, **options: Any) -> Any:
        """Open a connection for the pool, which passes the address, None here, and its own options."""
        return await self._connector.connect(**options)


async def _nothing_to_reset(_: Any) -> None:
    """Do nothing: statements leave no state in a connection, and this saves a round trip each."""
