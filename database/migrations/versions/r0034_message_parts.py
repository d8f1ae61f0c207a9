"""Parts of incoming long messages; a program of before holds them in memory."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
compatible_from = "0027"


def upgrade() -> None:
    """Apply this step."""
    op.create_table(
        "message_parts",
        sa.Column("key", sa.String(80), primary_key=True),
        sa.Column("message", sa.String(40), nullable=False),
        sa.Column("gateway", sa.String(40), nullable=False),
        sa.Column("citizen", sa.String(40), nullable=False),
        sa.Column("sealed", sa.Text, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("message_parts_message", "message_parts", ["message"])
    op.create_index("message_parts_until", "message_parts", ["gateway", "until"])
