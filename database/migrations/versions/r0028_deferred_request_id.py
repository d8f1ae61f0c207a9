"""The request that a deferred answer belongs to, which goes on when a worker answers it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
compatible_from = "0027"


def upgrade() -> None:
    """Apply this step."""
    op.add_column("promises", sa.Column("request_id", sa.String(64)))
