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
        Address(), description="Redis, Valkey or sentinels; empty: an embedded Valkey in the data folder"
    )
    database_url: SecretStr = Field(SecretStr(""), description="postgresql://…; empty: SQLite in the data folder")
    database_pooled: bool = Field(
        False, description="whether a pooler in transaction mode, such as PgBouncer, stands before PostgreSQL"
    )
