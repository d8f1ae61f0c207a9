"""Exam sessions can be closed; citizens can then not choose them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Apply this step."""
    op.add_column("exam_sessions", sa.Column("closed_at", sa.BigInteger))
