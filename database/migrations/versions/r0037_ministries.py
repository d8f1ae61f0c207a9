"""The ministry of an account."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
compatible_from = "0027"


def upgrade() -> None:
    """Apply this step."""
    op.add_column("operators", sa.Column("ministry", sa.String(40), nullable=False, server_default=""))
