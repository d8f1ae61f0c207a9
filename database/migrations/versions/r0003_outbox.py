"""The outbox: messages that are stored until they are delivered, and for a while after."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Apply this step."""
    op.create_table(
        "outbox",
        sa.Column("key", sa.String(80), primary_key=True),
        sa.Column("gateway", sa.String(20), nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("waited_for", sa.Boolean, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("tries", sa.SmallInteger, nullable=False),
        sa.Column("due_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("posted_at", sa.BigInteger, nullable=False),
        sa.Column("sent_at", sa.BigInteger),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("reference", sa.String(80), nullable=False),
        sa.Column("why", sa.String(80), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("outbox_due", "outbox", ["state", "due_at"])
    op.create_index("outbox_reference", "outbox", ["reference"])
