"""Accounts in the browser: links to choose a password, and the visits of an account."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
compatible_from = "0027"


def upgrade() -> None:
    """Apply this step."""
    op.add_column("operators", sa.Column("visited_at", sa.BigInteger))
    op.add_column("operators", sa.Column("visits_ended", sa.BigInteger, nullable=False, server_default="0"))
    op.create_table(
        "account_links",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("made_by", sa.String(40), nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
