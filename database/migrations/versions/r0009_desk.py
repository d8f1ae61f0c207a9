"""The admin site: menu versions, usage counts and pauses."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Apply this step."""
    _create_menu_versions()
    _create_usage_counts()
    _create_pauses()


def _create_menu_versions() -> None:
    op.create_table(
        "menu_versions",
        sa.Column("version", sa.String(20), primary_key=True),
        sa.Column("files", sa.LargeBinary, nullable=False),
        sa.Column("staged_by", sa.String(40), nullable=False),
        sa.Column("staged_at", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "menu_publications",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("version", sa.String(20), sa.ForeignKey("menu_versions.version"), nullable=False),
        sa.Column("published_by", sa.String(40), nullable=False),
        sa.Column("published_at", sa.BigInteger, nullable=False),
        sa.Column("why", sa.String(160), nullable=False),
        sqlite_with_rowid=False,
    )


def _create_usage_counts() -> None:
    op.create_table(
        "figures",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("hour", sa.SmallInteger, primary_key=True),
        sa.Column("what", sa.String(20), primary_key=True),
        sa.Column("of", sa.String(120), primary_key=True),
        sa.Column("many", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("figures_what", "figures", ["what", "day"])


def _create_pauses() -> None:
    op.create_table(
        "paused",
        sa.Column("kind", sa.String(10), primary_key=True),
        sa.Column("name", sa.String(80), primary_key=True),
        sa.Column("paused_by", sa.String(40), nullable=False),
        sa.Column("paused_at", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
