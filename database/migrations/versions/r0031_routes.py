"""Routes of messages: the network and gateway of each, and the states of gateways; a program of before uses none."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
compatible_from = "0027"
ROUTED = sa.text("state IN ('queued', 'sending') AND network IS NOT NULL")


def upgrade() -> None:
    """Apply this step."""
    op.add_column("outbox", sa.Column("network", sa.String(80)))
    op.add_column("outbox", sa.Column("route", sa.String(40)))
    order = [sa.text(column) for column in ("gateway", "network", "waited_for DESC", "due_at", "key")]
    op.create_index("outbox_networks", "outbox", order, sqlite_where=ROUTED, postgresql_where=ROUTED)
    op.create_table(
        "gateway_states",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("seen_at", sa.BigInteger, nullable=False),
        sa.Column("open_until", sa.BigInteger, nullable=False),
        sa.Column("why", sa.String(80), nullable=False),
        sa.Column("balance", sa.String(40), nullable=False),
        sa.Column("balance_at", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
