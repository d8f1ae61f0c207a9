"""The registry that the settings name: a SQLite file in the data folder, or PostgreSQL elsewhere."""

from __future__ import annotations

from registry.database import Database
from settings import Settings

FILE = "registry.sqlite"


def open_database(settings: Settings) -> Database:
    """The database that the settings name; nothing is connected before the first question."""
    if url := settings.database_url.get_secret_value():
        from registry.postgresql import PostgreSQL

        return PostgreSQL(url, settings.connect_seconds, settings.source_seconds)
    from registry.sqlite import SQLite

    return SQLite(settings.data / FILE)
