"""Where accounts are notified, what they were notified of, and notifications that wait."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
compatible_from = "0027"


def upgrade() -> None:
    """Apply this step."""
    _create_contacts()
    _create_notified_tasks()
    _create_notifications()


def _create_contacts() -> None:
    op.create_table(
        "contacts",
        sa.Column("key", sa.String(40), primary_key=True),
        sa.Column("way", sa.String(10), nullable=False),
        sa.Column("sealed", sa.Text, nullable=False),
        sa.Column("look_at", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("contacts_look", "contacts", ["look_at"])


def _create_notified_tasks() -> None:
    op.create_table(
        "notified_tasks",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("task", sa.String(32), primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("many", sa.BigInteger, nullable=False),
        sa.Column("found_at", sa.BigInteger, nullable=False),
        sa.Column("notified_at", sa.BigInteger, nullable=False),
        sa.Column("gone_at", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )


def _create_notifications() -> None:
    op.create_table(
        "notifications",
        sa.Column("key", sa.String(60), primary_key=True),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("tries", sa.SmallInteger, nullable=False),
        sa.Column("due_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("why", sa.String(20), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("notifications_due", "notifications", ["due_at"])
