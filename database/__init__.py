"""The SQL database: a SQLite file in the data folder, or PostgreSQL."""

from __future__ import annotations

from database.interface import OpenDatabase
from settings import Settings

FILE = "database.sqlite"


def open_database(settings: Settings) -> OpenDatabase:
    """The database in the settings. It connects at the first query."""
    if url := settings.database_url.get_secret_value():
        from database.postgresql import PostgreSQL

        return PostgreSQL(url, settings.connect_seconds, settings.source_seconds, pooled=settings.database_pooled)
    from database.sqlite import SQLite

    return SQLite(settings.data / FILE)
