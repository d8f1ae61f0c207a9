"""The tables of usage counts and of the checks of a running Zin."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, Index, SmallInteger, String, Table

from database.tables.metadata import metadata

# Usage counts per hour of the country over all citizens, without personal data.
figures = Table(
    "figures",
    metadata,
    Column("day", Date, primary_key=True),
    Column("hour", SmallInteger, primary_key=True),
    Column("what", String(20), primary_key=True),
    Column("of", String(120), primary_key=True),
    Column("many", BigInteger, nullable=False),
    Index("figures_what", "what", "day"),
    sqlite_with_rowid=False,
)

# One row that each readiness check writes, to prove that writing works (runtime/readiness.py).
heartbeats = Table(
    "heartbeats",
    metadata,
    Column("name", String(20), primary_key=True),
    Column("written_at", BigInteger, nullable=False),  # Unix nanoseconds
    sqlite_with_rowid=False,
)

# Fingerprints of the secrets of the stored data: a start with others is refused (database/secret_fingerprints.py).
fingerprints = Table(
    "fingerprints",
    metadata,
    Column("name", String(20), primary_key=True),
    Column("value", String(32), nullable=False),  # a digest that does not reveal the secret
    Column("since", BigInteger, nullable=False),  # Unix seconds
    sqlite_with_rowid=False,
)
