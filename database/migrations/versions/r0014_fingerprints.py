"""The fingerprint of the pepper: Zin refuses to start with another one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Apply this step."""
    op.create_table(
        "fingerprints",
        sa.Column("name", sa.String(20), primary_key=True),
        sa.Column("value", sa.String(32), nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
