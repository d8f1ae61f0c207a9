"""A pooler in transaction mode, such as PgBouncer: works with the setting for it, and is refused in words without.

Such a pooler gives each transaction another connection to the server, where the statements that were prepared before
are not known. With the setting, the driver prepares nothing: each statement is parsed in its own transaction, which
costs a round trip. Nothing else of ours is left in a connection: the lock of exclusive transactions ends with them.
Source: magicstack.github.io/asyncpg/current/faq.html
"""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import Any, Final

from database.postgresql_errors import POOLER, translated_errors
from database.postgresql_hosts import Connector
from state.errors import SourceUnavailable

# The start is named too: servers behind one name may have processes of the same number.
PROCESS: Final = "SELECT pid, backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()"


async def refuse_pooler(connector: Connector, answer_seconds: float) -> None:
    """Raise SourceUnavailable if two open connections lead to one process of the server: a pooler shares it.

    A busy pooler may give two processes; then the first statement that is not known raises the same error.
    """
    with translated_errors():
        async with AsyncExitStack() as opened:
            both = [await _open(connector, answer_seconds, opened) for _ in range(2)]
            processes = {tuple(await each.fetchrow(PROCESS)) for each in both}
    if len(processes) == 1:
        raise SourceUnavailable(POOLER)


async def _open(connector: Connector, answer_seconds: float, opened: AsyncExitStack) -> Any:
    connection = await connector.connect(statement_cache_size=0, command_timeout=answer_seconds)
    opened.push_async_callback(connection.close, timeout=connector.seconds)
    return connection
