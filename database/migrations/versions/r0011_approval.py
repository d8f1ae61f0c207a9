"""Counts of refused actions, an index of the audit by operator, and the seats that each approver reads."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Apply this step."""
    op.create_index("audit_operator", "audit", ["operator", "action", "at"])
    op.create_table(
        "refusals",
        sa.Column("action", sa.String(40), primary_key=True),
        sa.Column("many", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "approval_draws",
        sa.Column("result_set", sa.String(50), sa.ForeignKey("result_sets.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("approver", sa.String(40), primary_key=True),
        sa.Column("seats", sa.Text, nullable=False),
        sa.Column("tries", sa.SmallInteger, nullable=False),
        sqlite_with_rowid=False,
    )
