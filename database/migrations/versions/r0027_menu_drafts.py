"""The draft of the menus that operators write in the browser."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
compatible_from = "0025"


def upgrade() -> None:
    """Apply this step."""
    op.create_table(
        "menu_drafts",
        sa.Column("path", sa.String(120), primary_key=True),
        sa.Column("base", sa.LargeBinary),
        sa.Column("content", sa.LargeBinary),
        sa.Column("changed_by", sa.String(40), nullable=False),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
