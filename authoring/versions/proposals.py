"""What a version is staged and published with: who, why, who wrote it, and what must hold then."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from authoring.versions.errors import MenusRefused
from authoring.versions.repository import Publication
from database.column_limits import max_length
from database.interface import Writer
from database.tables import menu_publications

MAX_WHY_CHARACTERS: Final = max_length(menu_publications.c.why)
Within = Callable[[Writer], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Proposal:
    """Who stages a version, why, and who wrote what it changes."""

    by: str
    why: str = ""
    writers: frozenset[str] = frozenset()


def hold_to_length(why: str) -> None:
    """Raise MenusRefused for a reason that is too long."""
    if len(why.strip()) > MAX_WHY_CHARACTERS:
        raise MenusRefused(f"La raison a {len(why.strip())} signes : {MAX_WHY_CHARACTERS} au plus.")


def hold_still(last: Publication | None, version: str, instead_of: int | None) -> None:
    """Raise MenusRefused if this version is already active, or another was published since the comparison."""
    if last and last.version == version:
        raise MenusRefused(f"La version {version} est déjà en service.")
    if instead_of is not None and instead_of != (last.number if last else 0):
        raise MenusRefused("Une autre version a été mise en service entre-temps : comparez de nouveau.")
