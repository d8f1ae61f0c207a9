"""The menus, gateways, languages and written calls that come with Zin: in its wheel, or in the sources of a clone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

INSIDE: Final = Path(__file__).parent / "starting_set"  # setup.py puts it there in a wheel
SOURCES: Final = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class StartingSet:
    """The folders of a starting set."""

    menus: Path
    gateways: Path
    locales: Path
    journeys: Path


def starting_set() -> StartingSet:
    """Return the folders that come with this installation of Zin."""
    if INSIDE.is_dir():
        return StartingSet(INSIDE / "menus", INSIDE / "gateways", INSIDE / "locales", INSIDE / "journeys")
    return StartingSet(SOURCES / "menus", SOURCES / "gateways", SOURCES / "locales", SOURCES / "tests" / "journeys")
