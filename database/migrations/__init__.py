"""The migrations of the tables. Alembic generates the SQL of each step, and our own driver runs it (`migrate`).

So PostgreSQL needs no second, synchronous driver. If the tables are up to date, which is the usual case, alembic is not
imported: only its table of versions is read. A new step is a file in versions/ like the last one, and its number goes
into NEWEST; docs/releasing.md says what it may do while programs of the version before still run.

    tables at     | program that may migrate | program that may not
    an older step | migrates                 | refuses: `zin migrate`
    its own       | goes on                  | goes on
    a newer step  | goes on if that step says so (database/migrations/compatibility.py), else refuses
"""

from __future__ import annotations

import asyncio
import io
import threading
from functools import cache
from pathlib import Path
from typing import Final

import structlog

from database.errors import LockHeld
from database.interface import OpenDatabase
from settings.environment import Environment
from state.errors import SchemaMismatch

FOLDER = Path(__file__).parent
NEWEST = "0038"
UPGRADING: Final = "docs/upgrading.md"
TRIES: Final = 10
PAUSE_SECONDS: Final = 2.0  # between two tries: callers that waited behind one pass
ADVICE: Final = "end that session or wait for it, then run `zin migrate` again; nothing was changed"
_WRITING = threading.Lock()  # alembic uses global state
log = structlog.get_logger("zin")


async def prepare_tables(database: OpenDatabase, settings: Environment) -> None:
    """Migrate the tables where a start may do so; elsewhere check that `zin migrate` did.

    Raises SourceUnavailable, and SchemaMismatch if this program cannot work with the tables.
    """
    await (migrate if settings.migrates_by_itself else verify_version)(database)


async def migrate(database: OpenDatabase) -> None:
    """Migrate the tables to the newest version; several processes may call this at once.

    Where another session locks a table, the migration lets others pass and is tried again. Raises LockHeld in the end,
    SourceUnavailable, and SchemaMismatch if a newer Zin has migrated them and this one cannot live with that.
    """
    for left in reversed(range(TRIES)):
        try:
            await _migrate_once(database)
            return
        except LockHeld as held:
            if not left:
                raise LockHeld(f"{held}: {ADVICE}") from held
            log.warning("the migration is tried again", why=str(held), tries_left=left)
        await asyncio.sleep(PAUSE_SECONDS)


async def _migrate_once(database: OpenDatabase) -> None:
    reached = await database.version()
    if reached < NEWEST:
        async with database.exclusive_transaction() as writer:
            reached = await writer.version()  # another process may have migrated meanwhile
            if reached < NEWEST:
                await writer.run(script(database.dialect, reached))
                return
    await _check_newer(database, reached)


async def verify_version(database: OpenDatabase) -> None:
    """Check that this program can work with the tables as they are.

    Raises SourceUnavailable, and SchemaMismatch.
    """
    reached = await database.version()
    if not reached:
        raise SchemaMismatch("the database has no tables yet: run `zin migrate` once, then start again")
    if reached < NEWEST:
        raise SchemaMismatch(
            f"the database is at version {reached}, this Zin needs {NEWEST}: run `zin migrate`, then start again"
        )
    await _check_newer(database, reached)


async def _check_newer(database: OpenDatabase, reached: str) -> None:
    """Check that this program can live with tables that are not older than it. Raises SchemaMismatch."""
    if reached == NEWEST:
        return
    from database.migrations.compatibility import can_live_with

    if not await can_live_with(database, NEWEST, reached):
        raise SchemaMismatch(
            f"the database is at version {reached}, with which this Zin, of version {NEWEST}, cannot work:"
            f" start the newer Zin; to go back, see {UPGRADING}"
        )
    log.info("the database is of a newer version that this one can live with", at=reached, own=NEWEST)


def script(dialect: str, reached: str) -> str:
    """The SQL from a version ("" for an empty database) to the newest one. Thread-safe."""
    return _generate(dialect, reached, NEWEST, FOLDER)


@cache
def _generate(dialect: str, reached: str, newest: str, folder: Path) -> str:
    """The SQL of these steps, which is the same each time."""
    from alembic.command import upgrade
    from alembic.config import Config
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError

    from database.migrations.compatibility import statements

    written = io.StringIO()
    config = Config(output_buffer=written, attributes={"dialect": dialect})
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    try:
        with _WRITING:
            upgrade(config, f"{reached}:{newest}" if reached else newest, sql=True)
            steps = list(ScriptDirectory.from_config(config).iterate_revisions(newest, reached or "base"))
    except CommandError as error:
        raise SchemaMismatch(f"the database is at version {reached}, which this Zin does not know: {error}") from error
    return written.getvalue() + statements(dialect, [step.module for step in reversed(steps)])
