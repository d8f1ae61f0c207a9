"""Statements that wait for a lock for a bounded time, and who held it.

A statement that waits for the lock of a whole table lets every later statement on that table wait behind it, also those
that would not disturb its holder. So a migration waits for a second, lets the others pass, and tries again
(database/migrations). Source: postgresql.org/docs/current/explicit-locking.html, lock_timeout in runtime-config-client.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

import asyncpg  # type: ignore[import-untyped]  # the package carries no types

from database.errors import LockHeld
from state.cancellation import end_task
from state.errors import SourceUnavailable

LOCK_SECONDS: Final = 1.0  # shorter than a source may take, so that a hop that waits meanwhile is answered
LOOK_SECONDS: Final = LOCK_SECONDS / 5  # between two looks at who holds it
# Not the text of a query: it may hold what a citizen typed.
HOLDERS: Final = """
    SELECT waiting.relation::regclass::text AS relation, holder.pid, holder.application_name
    FROM pg_locks AS waiting
    CROSS JOIN LATERAL unnest(pg_blocking_pids(waiting.pid)) AS blocking (pid)
    JOIN pg_stat_activity AS holder ON holder.pid = blocking.pid
    WHERE waiting.pid = $1 AND NOT waiting.granted
    ORDER BY holder.pid
    LIMIT 3
"""
Row = Mapping[str, Any]
Read = Callable[..., Awaitable[Sequence[Row]]]  # runs a statement on another connection


async def run_script(connection: Any, script: str, read: Read) -> None:
    """Run a script in the transaction of this connection. Raises LockHeld if it waited too long for a lock."""
    await connection.execute(f"SET LOCAL lock_timeout = {round(LOCK_SECONDS * 1000)}")
    holders: list[Row] = []
    looking = asyncio.create_task(_look(await connection.fetchval("SELECT pg_backend_pid()"), read, holders))
    try:
        await connection.execute(script)
    except asyncpg.LockNotAvailableError as error:
        raise LockHeld(f"PostgreSQL: {_described(holders)}") from error
    finally:
        await end_task(looking)


async def _look(pid: int, read: Read, holders: list[Row]) -> None:
    """Note who holds the lock that this session waits for, for as long as it runs."""
    while True:
        with suppress(SourceUnavailable):  # the line then names nobody
            if found := await read(HOLDERS, pid):
                holders[:] = found
        await asyncio.sleep(LOOK_SECONDS)


def _described(holders: Sequence[Row]) -> str:
    if not holders:
        return "a table is locked by another session"
    sessions = (f"process {one['pid']} ({one['application_name'] or 'without application_name'})" for one in holders)
    relation = holders[0]["relation"]
    return f"{f'table {relation}' if relation else 'a row'} is locked by {', '.join(sessions)}"
