"""The topic of deferred answers and messages, to send news to all its subscribers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Apply this step."""
    op.add_column("promises", sa.Column("topic", sa.String(80), nullable=False, server_default=""))
    op.add_column("outbox", sa.Column("topic", sa.String(80), nullable=False, server_default=""))
    op.create_index("promises_topic", "promises", ["topic"])
