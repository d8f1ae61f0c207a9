"""The language that each citizen chose."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Apply this step."""
    op.create_table(
        "preferences",
        sa.Column("citizen", sa.String(32), primary_key=True),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("call", sa.String(128), nullable=False),
        sa.Column("chosen_at", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
