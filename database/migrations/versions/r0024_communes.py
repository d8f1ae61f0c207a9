"""Communes and centres are read from the menus alone: their table, a copy of a file, goes."""

from __future__ import annotations

from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Apply this step."""
    op.drop_table("communes")
