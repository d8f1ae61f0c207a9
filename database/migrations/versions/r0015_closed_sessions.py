"""A session may be closed, and leaves the list that citizens choose from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.add_column("exam_sessions", sa.Column("closed_at", sa.BigInteger))
