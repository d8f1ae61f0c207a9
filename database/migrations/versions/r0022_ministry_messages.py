"""Messages that ministries' systems ask for, their budgets, and the purposes that an approver released."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Apply this step."""
    _create_messages()
    _create_recipients()
    op.create_table(
        "ministry_parts",
        sa.Column("key_id", sa.String(12), primary_key=True),
        sa.Column("day", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("parts", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "released_purposes",
        sa.Column("ministry", sa.String(40), primary_key=True),
        sa.Column("purpose", sa.String(40), primary_key=True),
        sa.Column("released_by", sa.String(40), nullable=False),
        sa.Column("released_at", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )


def _create_messages() -> None:
    op.create_table(
        "ministry_messages",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("key_id", sa.String(12), nullable=False),
        sa.Column("ministry", sa.String(40), nullable=False),
        sa.Column("mode", sa.String(4), nullable=False),
        sa.Column("reference", sa.String(80), nullable=False),
        sa.Column("digest", sa.String(32), nullable=False),
        sa.Column("template", sa.String(40), nullable=False),
        sa.Column("purpose", sa.String(40), nullable=False),
        sa.Column("recipients", sa.Integer, nullable=False),
        sa.Column("parts", sa.Integer, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("send_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )


def _create_recipients() -> None:
    op.create_table(
        "ministry_recipients",
        sa.Column("key", sa.String(80), primary_key=True),
        sa.Column("message", sa.String(32), nullable=False),
        sa.Column("sealed", sa.Text, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("why", sa.String(20), nullable=False),
        sa.Column("tries", sa.SmallInteger, nullable=False),
        sa.Column("due_at", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ministry_recipients_message", "ministry_recipients", ["message"])
    waiting = sa.text("state = 'waiting'")
    op.create_index(
        "ministry_recipients_due",
        "ministry_recipients",
        ["due_at", "key"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
