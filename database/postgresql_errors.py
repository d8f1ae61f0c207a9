"""The errors of PostgreSQL's driver, as the contract of the database names them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import asyncpg  # type: ignore[import-untyped]  # the package carries no types

from state.errors import SourceUnavailable

FAULTS: Final = (  # of asyncpg; the last if a server stops in the middle of an answer
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)
LOST_STATEMENT: Final = (asyncpg.InvalidSQLStatementNameError, asyncpg.DuplicatePreparedStatementError)
POOLER: Final = (
    "PostgreSQL: a pooler in transaction mode stands before it, such as PgBouncer: "
    "set ZIN_DATABASE_POOLED=true, or let the pooler use pool_mode = session"
)


@contextmanager
def translated_errors() -> Iterator[None]:
    """Raise SourceUnavailable with the type of error only: PostgreSQL's text may quote a row or a password."""
    try:
        yield
    except LOST_STATEMENT as error:
        raise SourceUnavailable(POOLER) from error
    except (OSError, TimeoutError, ValueError, *FAULTS) as error:
        state = f" {error.sqlstate}" if isinstance(error, asyncpg.PostgresError) else ""
        raise SourceUnavailable(f"PostgreSQL: {type(error).__name__}{state}") from error
