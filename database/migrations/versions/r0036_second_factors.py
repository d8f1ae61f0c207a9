"""The second factor of an account, the secret that is offered before, and recovery codes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
compatible_from = "0027"


def upgrade() -> None:
    """Apply this step."""
    op.create_table(
        "second_factors",
        sa.Column("key", sa.String(40), primary_key=True),
        sa.Column("sealed", sa.Text, nullable=False),
        sa.Column("last_step", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "offered_factors",
        sa.Column("key", sa.String(40), primary_key=True),
        sa.Column("sealed", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "recovery_codes",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("digest", sa.String(64), primary_key=True),
        sqlite_with_rowid=False,
    )
    op.add_column("account_links", sa.Column("resets_factor", sa.BigInteger, nullable=False, server_default="0"))
