"""The registry that the settings name: a SQLite file in the data folder, or PostgreSQL elsewhere."""

from __future__ import annotations

from database.interface import Database
from settings import Settings

FILE = "database.sqlite"


def open_database(settings: Settings) -> Database:
    """The database that the settings name; nothing is connected before the first question."""
    if url := settings.database_url.get_secret_value():
        from database.postgresql import PostgreSQL

        return PostgreSQL(url, settings.connect_seconds, settings.source_seconds)
    from database.sqlite import SQLite

    return SQLite(settings.data / FILE)
