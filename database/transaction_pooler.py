"""A pooler in transaction mode, such as PgBouncer: works with the setting for it, and is refused in words without.

Such a pooler gives each transaction another connection to the server, where the statements that were prepared before
are not known. With the setting, the driver prepares nothing: each statement is parsed in its own transaction, which
costs a round trip. Nothing else of ours is left in a connection: the lock of exclusive transactions ends with them.
Source: magicstack.github.io/asyncpg/current/faq.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import asyncpg  # type: ignore[import-untyped]  # the package carries no types

from database.postgresql_errors import POOLER, translated_errors
from state.errors import SourceUnavailable

# The start is named too: servers behind one name may have processes of the same number.
PROCESS: Final = "SELECT pid, backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()"


async def refuse_pooler(options: Mapping[str, Any], answer_seconds: float) -> None:
    """Raise SourceUnavailable if two open connections lead to one process of the server: a pooler shares it.

    options are those of each connection. A busy pooler may give two processes; then the first statement that is not
    known raises the same error.
    """
    given = {**options, "statement_cache_size": 0, "command_timeout": answer_seconds}
    with translated_errors():
        one = await asyncpg.connect(**given)
        try:
            other = await asyncpg.connect(**given)
            try:
                processes = {tuple(await each.fetchrow(PROCESS)) for each in (one, other)}
            finally:
                await other.close(timeout=options["timeout"])
        finally:
            await one.close(timeout=options["timeout"])
    if len(processes) == 1:
        raise SourceUnavailable(POOLER)
