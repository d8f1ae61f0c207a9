"""The table of which older programs can live with the tables as they are, and the tables that nobody uses any more."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from sqlalchemy import Column, String, Table

from database.tables.metadata import metadata

# Written with each migration (database/migrations/compatibility.py), and so no migration itself creates it.
schema_compatibility = Table(
    "schema_compatibility",
    metadata,
    Column("revision", String(32), primary_key=True),  # of the step, as in alembic_version
    Column("compatible_from", String(32), nullable=False),  # NEWEST of the oldest program that can live with it
    sqlite_with_rowid=False,
)

# The step since which no program reads or writes a table or a column ("table.column"). They stay until a later step
# drops them, because programs of before use them as long as they run. Installations of before may lack `communes`.
UNUSED: Final[Mapping[str, str]] = MappingProxyType({"communes": "0024"})
