"""The migrations of the tables. Alembic generates the SQL of each step, and our own driver runs it (`migrate`).

So PostgreSQL needs no second, synchronous driver. If the tables are up to date, which is the usual case, alembic is not
imported: only its table of versions is read. A new step is a file in versions/ like the last one, and its number goes
into NEWEST.
"""

from __future__ import annotations

import io
import threading
from functools import cache
from pathlib import Path

from database.interface import OpenDatabase
from state.errors import ZinError

FOLDER = Path(__file__).parent
NEWEST = "0025"
_WRITING = threading.Lock()  # alembic uses global state


async def migrate(database: OpenDatabase) -> None:
    """Migrate the tables to the newest version; several processes may call this at once.

    Raises SourceUnavailable, and ZinError if a newer Zin has migrated this database.
    """
    if await database.version() == NEWEST:
        return
    async with database.exclusive_transaction() as writer:
        reached = await writer.version()  # another process may have migrated meanwhile
        if reached != NEWEST:
            await writer.run(script(database.dialect, reached))


async def verify_version(database: OpenDatabase) -> None:
    """Check that another process has migrated the tables to the newest version.

    Raises SourceUnavailable, and ZinError for another version.
    """
    if (reached := await database.version()) != NEWEST:
        raise ZinError(f"the database is at version {reached or 'none'}, this Zin needs {NEWEST}: start it anew")


def script(dialect: str, reached: str) -> str:
    """The SQL from a version ("" for an empty database) to the newest one. Thread-safe."""
    return _generate(dialect, f"{reached}:{NEWEST}" if reached else NEWEST)


@cache
def _generate(dialect: str, versions: str) -> str:
    """The SQL of these versions, which is the same each time."""
    from alembic.command import upgrade
    from alembic.config import Config
    from alembic.util import CommandError

    written = io.StringIO()
    config = Config(output_buffer=written, attributes={"dialect": dialect})
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    try:
        with _WRITING:
            upgrade(config, versions, sql=True)
    except CommandError as error:
        raise ZinError(
            f"the database is at version {versions.partition(':')[0]}, which this Zin does not know: {error}"
        ) from error
    return written.getvalue()
