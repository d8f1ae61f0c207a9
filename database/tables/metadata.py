"""The collection of all tables, and the mark of made-up rows."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, Column, Index, MetaData, Table

metadata = MetaData()


def sample_column() -> Column[Any]:
    """Make the column that marks a made-up row."""
    return Column("sample", Boolean, nullable=False)


def index_sample(table: Table) -> None:
    """Add a partial index, nearly empty in production, to find sample rows without reading the table."""
    sample = table.c.sample.is_(True)
    Index(f"{table.name}_sample", table.c.sample, sqlite_where=sample, postgresql_where=sample)
