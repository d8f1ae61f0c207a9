"""Versions of the menus that another account approves, and that are published at an hour."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
compatible_from = "0027"


def upgrade() -> None:
    """Apply this step."""
    op.add_column("menu_versions", sa.Column("why", sa.String(160)))
    op.add_column("menu_versions", sa.Column("writers", sa.String(2000)))
    op.add_column("menu_drafts", sa.Column("writers", sa.String(2000)))
    op.create_table(
        "menu_approvals",
        sa.Column("version", sa.String(20), sa.ForeignKey("menu_versions.version"), primary_key=True),
        sa.Column("instead_of", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("approved_by", sa.String(40), nullable=False),
        sa.Column("approved_at", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "menu_schedules",
        sa.Column("version", sa.String(20), sa.ForeignKey("menu_versions.version"), primary_key=True),
        sa.Column("instead_of", sa.Integer, nullable=False),
        sa.Column("publish_at", sa.BigInteger, nullable=False),
        sa.Column("scheduled_by", sa.String(40), nullable=False),
        sa.Column("why", sa.String(160), nullable=False),
        sa.Column("failure", sa.String(300), nullable=False),
        sqlite_with_rowid=False,
    )
