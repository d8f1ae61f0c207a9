"""The tables' history. Alembic writes the SQL of each step, and the driver that we have runs it (`migrate`).

So no second, synchronous driver is needed for PostgreSQL. When nothing is to be done, which is nearly always, alembic
is not even imported: only its table of versions is read. A new step is a file in versions/, written like the last one,
and its number goes into NEWEST.
"""

from __future__ import annotations

import io
import threading
from pathlib import Path

from database.interface import Database
from state.errors import ZinError

FOLDER = Path(__file__).parent
NEWEST = "0016"
_WRITING = threading.Lock()  # alembic keeps what it works on in globals


async def migrate(database: Database) -> None:
    """Bring the tables to the newest form; any number of processes may call this at once.

    Raises SourceUnavailable, and ZinError when a newer Zin has been at work on this database.
    """
    if await database.version() == NEWEST:
        return
    async with database.exclusive_transaction() as writer:
        reached = await database.version()  # another process may have done it while we waited for our turn
        if reached != NEWEST:
            await writer.run(script(database.dialect, reached))


async def verify_version(database: Database) -> None:
    """See that the tables are in the newest form, which another process has brought them to.

    Raises SourceUnavailable, and ZinError when they are in another.
    """
    if (reached := await database.version()) != NEWEST:
        raise ZinError(f"the database is at version {reached or 'none'}, this Zin needs {NEWEST}: start it anew")


def script(dialect: str, reached: str) -> str:
    """The SQL that leads from a version ("" for an empty database) to the newest; any thread may ask."""
    from alembic.command import upgrade
    from alembic.config import Config
    from alembic.util import CommandError

    written = io.StringIO()
    config = Config(output_buffer=written, attributes={"dialect": dialect})
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    try:
        with _WRITING:
            upgrade(config, f"{reached}:{NEWEST}" if reached else NEWEST, sql=True)
    except CommandError as error:
        raise ZinError(f"the database is at version {reached}, which this Zin does not know: {error}") from error
    return written.getvalue()
