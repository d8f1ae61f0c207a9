"""The tables of a production, which no start migrates: `zin migrate` of the tests."""

from __future__ import annotations

from database import open_database
from database.migrations import migrate
from settings import Settings


async def migrated(settings: Settings) -> Settings:
    """Migrate the tables of these settings, as an administrator does before the first start."""
    database = open_database(settings)
    try:
        await migrate(database)
    finally:
        await database.close()
    return settings
