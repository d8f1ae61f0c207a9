"""A keyed digest of the number of each message, to find what was sent to it; messages of before have none."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
compatible_from = "0027"
HAS_NUMBER = sa.text("address_digest IS NOT NULL")


def upgrade() -> None:
    """Apply this step."""
    op.add_column("outbox", sa.Column("address_digest", sa.String(32)))
    order = ["address_digest", "posted_at"]
    op.create_index("outbox_address_digest", "outbox", order, sqlite_where=HAS_NUMBER, postgresql_where=HAS_NUMBER)
