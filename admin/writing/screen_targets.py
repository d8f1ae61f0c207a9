"""What a form offers to choose from: the screens that a choice may lead to, and the questions to sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from admin.visible_files import VisibleFiles
from authoring.diff.changes import screen_title
from authoring.journeys.screen_writing import NEW
from state.menu.versions import MenuVersion

OWN, OTHERS, NOT_YET = "Écrans de ce parcours", "Autres parcours", "Qui n'existe pas encore"
ALWAYS: Final = ("late", "unavailable")  # outcomes of every look-up


@dataclass(frozen=True, slots=True)
class OfferedTarget:
    """A screen or journey that something may lead to, as it is written and as a clerk knows it."""

    name: str
    says: str


Targets = Mapping[str, tuple[OfferedTarget, ...]]  # by heading


def targets_of(edition: MenuVersion, journey: str, visible: VisibleFiles) -> Targets:
    """Return a new screen, the screens of a journey, and the other journeys that may be seen."""
    own = edition.journeys.files[journey].screens
    says = {name: screen_title(edition, f"{journey}.{name}") for name in own}
    many = Counter(says.values())  # of some, the text alone would not say which
    files = edition.journeys.files
    others = {name: file.title for name, file in files.items() if name != journey and visible.has_journey(name)}
    return {
        NOT_YET: (OfferedTarget(NEW, "nouvel écran, qui dit :"),),
        OWN: tuple(OfferedTarget(name, one if many[one] == 1 else f"{one} ({name})") for name, one in says.items()),
        OTHERS: tuple(OfferedTarget(name, title) for name, title in others.items()),
    }


def questions_of(edition: MenuVersion, *, rows: bool) -> Iterator[str]:
    """Yield the questions that a list asks, or those of a look-up."""
    yield from sorted(name for name, one in edition.questions.items() if one.rows == rows)


def outcomes_of(edition: MenuVersion, question: str) -> tuple[str, ...]:
    """Return the outcomes of a question, each of which leads to a screen."""
    found = edition.questions.get(question)
    return (*found.outcomes, *ALWAYS) if found else ()
