"""The SQL database: a SQLite file in the data folder, or PostgreSQL."""

from __future__ import annotations

from database.interface import OpenDatabase
from settings import Settings

FILE = "database.sqlite"


def open_database(settings: Settings) -> OpenDatabase:
    """The database in the settings. It connects at the first query."""
    if url := settings.database_url.get_secret_value():
        from database.postgresql import PostgreSQL
        from database.postgresql_pool import PoolSizes

        sizes = PoolSizes(settings.database_connections, settings.database_transactions)
        limits = (settings.connect_seconds, settings.source_seconds)
        return PostgreSQL(url, *limits, pooled=settings.database_pooled, sizes=sizes)
    from database.sqlite import SQLite

    return SQLite(settings.data / FILE)
