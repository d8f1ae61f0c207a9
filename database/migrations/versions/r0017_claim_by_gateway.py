"""The index of waiting messages begins with the gateway, because each gateway's messages are claimed apart."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
WAITING = sa.text("state IN ('queued', 'sending')")


def upgrade() -> None:
    """Apply this step."""
    op.drop_index("outbox_waiting", "outbox")
    order = [sa.text(column) for column in ("gateway", "waited_for DESC", "due_at", "key")]
    op.create_index("outbox_waiting", "outbox", order, sqlite_where=WAITING, postgresql_where=WAITING)
