"""Where the seat of a commune is, so that a location leads to the nearest centres."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Apply this step."""
    op.add_column("communes", sa.Column("latitude", sa.Float))
    op.add_column("communes", sa.Column("longitude", sa.Float))
