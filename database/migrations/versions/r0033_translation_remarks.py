"""What translators and reviewers say to one another about a text."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
compatible_from = "0027"


def upgrade() -> None:
    """Apply this step."""
    op.create_table(
        "translation_remarks",
        sa.Column("language", sa.String(6), primary_key=True),
        sa.Column("text", sa.String(16), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("said_by", sa.String(40), nullable=False),
        sa.Column("said_at", sa.BigInteger, nullable=False),
        sa.Column("remark", sa.String(500), nullable=False),
        sqlite_with_rowid=False,
    )
