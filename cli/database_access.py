"""The database of the settings, and the name under which the audit records a user with a shell."""

from __future__ import annotations

import asyncio
import os
import pwd
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final, TypeVar

from cli.active_settings import load
from settings import Settings

if TYPE_CHECKING:  # it takes time to import, which other verbs need not wait for
    from database.interface import Database, OpenDatabase

T = TypeVar("T")

SYSTEM_USER: Final = re.compile(r"[A-Za-z0-9_.][A-Za-z0-9_.-]{0,31}")


def audit_identity() -> str:
    """Return the name that the audit records for this system user, at most 40 characters.

    Where sudo says who took the rights of this user, that name follows: console:zin/a.kossou.
    """
    try:
        login = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # a container may run under a number without a name
        login = str(os.getuid())
    person = os.environ.get("SUDO_USER", "")
    if person not in ("", login) and SYSTEM_USER.fullmatch(person):
        login = f"{login}/{person}"
    return f"console:{login}"[:40]


@asynccontextmanager
async def prepared_database(settings: Settings) -> AsyncIterator[OpenDatabase]:
    """Open the database of the settings with its tables prepared, and close it at the end of this context."""
    from database import open_database
    from database.migrations import prepare_tables

    database = open_database(settings)
    try:
        await prepare_tables(database, settings)
        yield database
    finally:
        await database.close()


def with_database(ask: Callable[[Database], Awaitable[T]]) -> T:
    """Open the database, run the function on it, and close it."""

    async def ask_and_close() -> T:
        async with prepared_database(load()) as database:
            return await ask(database)

    return asyncio.run(ask_and_close())
