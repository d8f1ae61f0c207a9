"""The journal of consents, which begins with the opt-outs so far."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Apply this step."""
    op.create_table(
        "consents",
        sa.Column("citizen", sa.String(32), primary_key=True),
        sa.Column("at", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("choice", sa.String(8), primary_key=True),
        sqlite_with_rowid=False,
    )
    op.execute("INSERT INTO consents (citizen, at, choice) SELECT citizen, since, 'stop' FROM opted_out")
