"""A row that readiness checks write, to prove that writing works."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Apply this step."""
    op.create_table(
        "heartbeats",
        sa.Column("name", sa.String(20), primary_key=True),
        sa.Column("written_at", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
