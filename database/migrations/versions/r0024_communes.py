"""Communes and centres are read from the menus alone: their table, a copy of a file, is no longer used.

It stays, because programs of the version before read it when they start. An installation that took this step while it
still dropped the table lacks it, so the step that drops it later must not ask for it (database/tables/schema.py).
"""

from __future__ import annotations

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Apply this step: there is nothing to do."""
