"""The errors of PostgreSQL's driver, as the contract of the database names them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import asyncpg  # type: ignore[import-untyped]  # the package carries no types

from database.errors import DatabaseAway, NoFreeConnection
from state.errors import SourceUnavailable

FAULTS: Final = (  # of asyncpg
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)
BROKEN: Final = (  # the connection has ended, and what it ran with it
    ConnectionError,
    asyncpg.ConnectionDoesNotExistError,
    asyncpg.ConnectionFailureError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.InternalClientError,  # the server stopped in the middle of an answer
)
AWAY: Final = (
    *(OSError, TimeoutError, *BROKEN),
    *(asyncpg.PostgresConnectionError, asyncpg.CannotConnectNowError, asyncpg.ReadOnlySQLTransactionError),
)
LOST_STATEMENT: Final = (asyncpg.InvalidSQLStatementNameError, asyncpg.DuplicatePreparedStatementError)
POOLER: Final = (
    "PostgreSQL: a pooler in transaction mode stands before it, such as PgBouncer: "
    "set ZIN_DATABASE_POOLED=true, or let the pooler use pool_mode = session"
)
NO_PRIMARY: Final = "PostgreSQL: no host of ZIN_DATABASE_URL takes writes now"
# PgBouncer's words when a client or a query found no connection: github.com/pgbouncer/pgbouncer, src/objects.c
POOLER_IS_FULL: Final = ("no more connections allowed", "query_wait_timeout")


@contextmanager
def translated_errors() -> Iterator[None]:
    """Raise SourceUnavailable with the type of error only: PostgreSQL's text may quote a row or a password."""
    try:
        yield
    except LOST_STATEMENT as error:
        raise SourceUnavailable(POOLER) from error
    except asyncpg.TargetServerAttributeNotMatched as error:
        raise DatabaseAway(NO_PRIMARY) from error
    except (OSError, TimeoutError, ValueError, *FAULTS) as error:
        state = f" {error.sqlstate}" if isinstance(error, asyncpg.PostgresError) else ""
        raise _kind(error)(f"PostgreSQL: {type(error).__name__}{state}") from error


def _kind(error: Exception) -> type[SourceUnavailable]:
    if isinstance(error, asyncpg.TooManyConnectionsError) or any(said in str(error) for said in POOLER_IS_FULL):
        return NoFreeConnection
    return DatabaseAway if isinstance(error, AWAY) else SourceUnavailable
