"""Delivery reports that came before the gateway's reference of the message was stored."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Apply this step."""
    op.create_table(
        "early_reports",
        sa.Column("gateway", sa.String(20), primary_key=True),
        sa.Column("reference", sa.String(80), primary_key=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("why", sa.String(80), nullable=False),
        sa.Column("reported_at", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
