"""Registers that administrations feed: whose row it is, the imports, and the rows as they were before the last one."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    """Apply this step."""
    for table in ("requests", "careers"):
        op.add_column(table, sa.Column("feed", sa.String(40), nullable=False, server_default=""))
        op.add_column(table, sa.Column("more", sa.Text, nullable=False, server_default=""))
    _create_imports()
    _create_before()


def _create_imports() -> None:
    op.create_table(
        "register_imports",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("register", sa.String(40), nullable=False),
        sa.Column("feed", sa.String(40), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("added", sa.Integer, nullable=False),
        sa.Column("changed", sa.Integer, nullable=False),
        sa.Column("removed", sa.Integer, nullable=False),
        sa.Column("imported_by", sa.String(40), nullable=False),
        sa.Column("imported_at", sa.BigInteger, nullable=False),
        sa.Column("undone_by", sa.String(40), nullable=False),
        sa.Column("undone_at", sa.BigInteger),
        sa.Column("report", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("register_imports_feed", "register_imports", ["register", "feed", "number"])


def _create_before() -> None:
    op.create_table(
        "requests_before",
        sa.Column("feed", sa.String(40), primary_key=True),
        sa.Column("reference", sa.String(32), primary_key=True),
        sa.Column("service", sa.String(60)),
        sa.Column("status", sa.String(40)),
        sa.Column("updated", sa.Date),
        sa.Column("note", sa.String(160)),
        sa.Column("phone_tail", sa.String(4)),
        sa.Column("birth_date", sa.Date),
        sa.Column("birth_year", sa.Integer),
        *_common(),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "careers_before",
        sa.Column("feed", sa.String(40), primary_key=True),
        sa.Column("number", sa.String(32), primary_key=True),
        sa.Column("birth_date", sa.Date),
        sa.Column("birth_year", sa.Integer),
        sa.Column("kind", sa.String(10)),
        sa.Column("step", sa.String(60)),
        sa.Column("updated", sa.Date),
        sa.Column("note", sa.String(160)),
        *_common(),
        sqlite_with_rowid=False,
    )


def _common() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("sample", sa.Boolean),
        sa.Column("more", sa.Text),
        sa.Column("existed", sa.Boolean, nullable=False),
    )
