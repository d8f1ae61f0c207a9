"""The publication that a message depends on, and the time when it went to its gateway."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Apply this step."""
    op.add_column("outbox", sa.Column("basis", sa.BigInteger, nullable=False, server_default="0"))
    op.add_column("outbox", sa.Column("handed_at", sa.BigInteger))
