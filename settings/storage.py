"""Where sessions and rows are stored."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr

from settings.addresses import Address
from settings.environment import Environment


class StorageSettings(Environment):
    """Where sessions and rows are stored."""

    data: Path = Field(Path("var"), description="folder of the database and of the embedded Valkey")
    redis_url: Address = Field(
        Address(), description="Redis, Valkey, sentinels or a cluster; empty: an embedded Valkey in the data folder"
    )
    database_url: SecretStr = Field(SecretStr(""), description="postgresql://…; empty: SQLite in the data folder")
    database_pooled: bool = Field(
        False, description="whether a pooler in transaction mode, such as PgBouncer, stands before PostgreSQL"
    )
    database_connections: int = Field(
        10, ge=1, le=1000, description="connections to PostgreSQL for statements, in each process"
    )
    database_transactions: int = Field(
        4, ge=1, le=100, description="connections more for long transactions, such as imports, in each process"
    )
    start_seconds: float = Field(
        60.0, ge=0, description="time to wait at start for PostgreSQL that does not answer yet, in seconds"
    )

    @property
    def most_database_connections(self) -> int:
        """Return how many connections to PostgreSQL one process opens at most; one waits for changes of tables."""
        return self.database_connections + self.database_transactions + 1
