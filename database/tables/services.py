"""The tables of citizens' requests and of civil servants' careers."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint, Column, Date, Integer, String, Table, Text

from database.tables.metadata import index_sample, metadata, sample_column


def register_columns() -> tuple[Column[Any], ...]:
    """Make the columns of a table that administrations feed."""
    return (
        # the administration that owns the row: registers/; empty for rows that no import brought
        Column("feed", String(40), nullable=False, server_default=""),
        Column("more", Text, nullable=False, server_default=""),  # facts that the register's file adds, JSON; or empty
    )


requests = Table(
    "requests",
    metadata,
    Column("reference", String(32), primary_key=True),
    Column("service", String(60), nullable=False),
    Column("status", String(40), nullable=False),  # file name in menus/statuses
    Column("updated", Date, nullable=False),
    Column("note", String(160), nullable=False),  # a remark of the administration for the citizen; may be empty
    Column("phone_tail", String(4), nullable=False),  # last four digits of the citizen's phone; empty if unknown
    Column("birth_date", Date),
    Column("birth_year", Integer),  # if only the year is known
    sample_column(),
    *register_columns(),
    sqlite_with_rowid=False,
)
index_sample(requests)

careers = Table(
    "careers",
    metadata,
    Column("number", String(32), primary_key=True),
    Column("birth_date", Date),
    Column("birth_year", Integer),  # if only the year is known
    Column("kind", String(10), nullable=False),  # career or pension
    Column("step", String(60), nullable=False),
    Column("updated", Date, nullable=False),
    Column("note", String(160), nullable=False),  # what the agent should do now
    sample_column(),
    *register_columns(),
    CheckConstraint("(birth_date IS NULL) <> (birth_year IS NULL)", name="careers_birth"),
    sqlite_with_rowid=False,
)
index_sample(careers)
