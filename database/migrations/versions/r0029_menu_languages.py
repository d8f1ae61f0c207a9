"""The languages of a version of the menus; a program of before writes and reads versions without them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
compatible_from = "0027"


def upgrade() -> None:
    """Apply this step."""
    op.add_column("menu_versions", sa.Column("languages", sa.LargeBinary))
