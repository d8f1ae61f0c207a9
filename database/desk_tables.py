"""The tables of the admin site and of monitoring; the others are in database/tables.py."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Text,
)

from database.tables import metadata

# Staged menu folders.
menu_versions = Table(
    "menu_versions",
    metadata,
    Column("version", String(20), primary_key=True),  # as in state/menu/journey_files.py, of all files of the folder
    Column("files", LargeBinary, nullable=False),  # a zip
    Column("staged_by", String(40), nullable=False),
    Column("staged_at", BigInteger, nullable=False),  # Unix seconds, as below
    sqlite_with_rowid=False,
)

# The newest publication is the active version; a return to an earlier version is a publication too.
menu_publications = Table(
    "menu_publications",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),  # from 1, without a gap
    Column("version", ForeignKey("menu_versions.version"), nullable=False),
    Column("published_by", String(40), nullable=False),
    Column("published_at", BigInteger, nullable=False),
    Column("why", String(160), nullable=False),
    sqlite_with_rowid=False,
)

# Usage counts per hour of Benin over all citizens, without personal data.
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

# Paused gateways and topics.
paused = Table(
    "paused",
    metadata,
    Column("kind", String(10), primary_key=True),  # gateway or topic
    Column("name", String(80), primary_key=True),
    Column("paused_by", String(40), nullable=False),
    Column("paused_at", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

# The number of refused actions, by the action of the audit.
refusals = Table(
    "refusals",
    metadata,
    Column("action", String(40), primary_key=True),
    Column("many", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

# The seats of a draft that one approver must read from the paper list, drawn once, and the number of failed tries.
approval_draws = Table(
    "approval_draws",
    metadata,
    Column("result_set", ForeignKey("result_sets.id", ondelete="CASCADE"), primary_key=True),
    Column("approver", String(40), primary_key=True),
    Column("seats", Text, nullable=False),  # JSON
    Column("tries", SmallInteger, nullable=False),
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
