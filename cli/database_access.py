"""The database of the settings, and the name under which the audit records a user with a shell."""

from __future__ import annotations

import asyncio
import os
import pwd
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

from settings import load

if TYPE_CHECKING:  # it takes time to import, which other verbs need not wait for
    from database.interface import Database

T = TypeVar("T")


def audit_identity() -> str:
    """Return the name that the audit records for this system user, at most 40 characters."""
    try:
        login = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # a container may run under a number without a name
        login = str(os.getuid())
    return f"console:{login}"[:40]


def with_database(ask: Callable[[Database], Awaitable[T]]) -> T:
    """Open and migrate the database, run the function on it, and close it."""
    from database import open_database
    from database.migrations import migrate

    async def ask_and_close() -> T:
        database = open_database(load())
        try:
            await migrate(database)
            return await ask(database)
        finally:
            await database.close()

    return asyncio.run(ask_and_close())
