"""Callbacks: the address of a key, and the messages whose ends are reported to it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Apply this step."""
    op.add_column("api_keys", sa.Column("callback", sa.String(300), nullable=False, server_default=""))
    op.add_column("ministry_recipients", sa.Column("reported", sa.Boolean, nullable=False, server_default=sa.false()))
    op.create_table(
        "ministry_callbacks",
        sa.Column("key", sa.String(32), primary_key=True),
        sa.Column("tries", sa.SmallInteger, nullable=False),
        sa.Column("due_at", sa.BigInteger, nullable=False),
        sa.Column("until_ms", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ministry_callbacks_due", "ministry_callbacks", ["due_at", "key"])
