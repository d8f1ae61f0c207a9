"""Indexes in the order of claims, so that a claim reads only the rows that it takes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
WAITING = sa.text("state IN ('queued', 'sending')")


def upgrade() -> None:
    """Apply this step."""
    op.drop_index("outbox_due", "outbox")
    order = [sa.text(column) for column in ("waited_for DESC", "due_at", "key")]
    op.create_index("outbox_waiting", "outbox", order, sqlite_where=WAITING, postgresql_where=WAITING)
    op.drop_index("promises_due", "promises")
    op.create_index("promises_due", "promises", ["due_at", "key"])
