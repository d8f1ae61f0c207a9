"""The accounts that wrote a change, as a column has them: one a line."""

from __future__ import annotations

from collections.abc import Iterable

from authoring.versions.errors import MenusRefused
from database.column_limits import can_hold
from database.tables import menu_drafts


def written_names(names: Iterable[str]) -> str:
    """Return the column with these names. Raises MenusRefused if they are too many: nobody may be left out."""
    written = "\n".join(sorted(names))
    if not can_hold(menu_drafts.c.writers, written):
        raise MenusRefused("Trop de personnes ont écrit dans ce fichier : publiez d'abord ce qui est prêt.")
    return written


def read_names(written: str | None) -> frozenset[str]:
    """Return the names in a column; none if a program of before wrote the row."""
    return frozenset(filter(None, (written or "").split("\n")))
