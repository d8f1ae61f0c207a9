"""The first tables: requests, exams, communes and careers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Apply this step."""
    _requests()
    _exams()
    _communes()
    _careers()
    for table in ("requests", "exam_sessions", "careers"):
        sample = sa.column("sample", sa.Boolean).is_(True)
        op.create_index(f"{table}_sample", table, ["sample"], sqlite_where=sample, postgresql_where=sample)


def _requests() -> None:
    op.create_table(
        "requests",
        sa.Column("reference", sa.String(32), primary_key=True),
        sa.Column("service", sa.String(60), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("updated", sa.Date, nullable=False),
        sa.Column("note", sa.String(160), nullable=False),
        sa.Column("phone_tail", sa.String(4), nullable=False),
        sa.Column("birth_date", sa.Date),
        sa.Column("sample", sa.Boolean, nullable=False),
        sqlite_with_rowid=False,
    )


def _exams() -> None:
    op.create_table(
        "exam_sessions",
        sa.Column("code", sa.String(40), primary_key=True),
        sa.Column("exam", sa.String(40), nullable=False),
        sa.Column("year", sa.SmallInteger, nullable=False),
        sa.Column("session", sa.String(40), nullable=False),
        sa.Column("published_at", sa.BigInteger),
        sa.Column("sample", sa.Boolean, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "exam_results",
        sa.Column("session", sa.String(40), sa.ForeignKey("exam_sessions.code", ondelete="CASCADE"), primary_key=True),
        sa.Column("seat", sa.String(32), primary_key=True),
        sa.Column("verdict", sa.String(20), nullable=False),
        sa.Column("mention", sa.String(20), nullable=False),
        sa.Column("series", sa.String(20), nullable=False),
        sa.Column("centre", sa.String(60), nullable=False),
        sqlite_with_rowid=False,
    )


def _communes() -> None:
    op.create_table(
        "communes",
        sa.Column("commune", sa.String(40), primary_key=True),
        sa.Column("department", sa.String(40), nullable=False),
        sa.Column("centre", sa.Boolean, nullable=False),
        sa.Column("opened", sa.Date),
        sqlite_with_rowid=False,
    )


def _careers() -> None:
    op.create_table(
        "careers",
        sa.Column("number", sa.String(32), primary_key=True),
        sa.Column("birth_date", sa.Date, nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("step", sa.String(60), nullable=False),
        sa.Column("updated", sa.Date, nullable=False),
        sa.Column("note", sa.String(160), nullable=False),
        sa.Column("sample", sa.Boolean, nullable=False),
        sqlite_with_rowid=False,
    )
