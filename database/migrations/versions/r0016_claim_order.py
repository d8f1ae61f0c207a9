"""Indexes in the order in which messages and promises are claimed: a claim reads what it takes, and no more."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
WAITING = sa.text("state IN ('queued', 'sending')")


def upgrade() -> None:
    op.drop_index("outbox_due", "outbox")
    order = [sa.text(column) for column in ("waited_for DESC", "due_at", "key")]
    op.create_index("outbox_waiting", "outbox", order, sqlite_where=WAITING, postgresql_where=WAITING)
    op.drop_index("promises_due", "promises")
    op.create_index("promises_due", "promises", ["due_at", "key"])
