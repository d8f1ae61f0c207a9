"""The request that a message of the outbox answers, to follow a failed delivery back to it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
compatible_from = "0025"


def upgrade() -> None:
    """Apply this step."""
    op.add_column("outbox", sa.Column("request_id", sa.String(64)))
