"""The services of the draft as lines of a list: searched, by theme, by what is to be done about them, in an order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from authoring.diff.entries import PARTS
from authoring.drafts.repository import LastSave
from authoring.drafts.service_entries import ServiceEntries, ServiceEntry, path_of
from catalog.entries import names_of
from catalog.entry_types import slug
from state.text.search import plain

UNKNOWN, OLD, DRAFT = "inconnu", "ancien", "brouillon"
STATES: Final = {
    UNKNOWN: "dont il manque un renseignement",
    OLD: "à confirmer de nouveau",
    DRAFT: "changés dans le brouillon",
}
UNDATED: Final = "~"  # sorts behind every date


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """A service in the list, with what is to be done about it."""

    entry: ServiceEntry
    is_changed: bool
    old: tuple[str, ...]
    saved: LastSave | None

    @property
    def unknown(self) -> tuple[str, ...]:
        """What is not known of it, in French."""
        return tuple(PARTS[key] for key in self.entry.unknown)

    def is_in(self, state: str) -> bool:
        """Whether it is one of those that this choice of the list shows."""
        return {UNKNOWN: bool(self.unknown), OLD: bool(self.old), DRAFT: self.is_changed}.get(state, True)


# The orders of the list by their name in an address; the first stands where none is asked for.
ORDERS: Final[Mapping[str, tuple[str, Callable[[ServiceLine], Any]]]] = {
    "nom": ("par nom", lambda one: ()),
    "theme": ("par thème", lambda one: slug(one.entry.service.theme)),
    "manque": ("ceux dont il manque le plus", lambda one: -len(one.unknown)),
    "ancien": ("les plus anciens", lambda one: one.entry.oldest or UNDATED),
    "change": ("les derniers changés", lambda one: -one.saved.at if one.saved else 0),
}


def service_lines(entries: ServiceEntries, saved: Mapping[str, LastSave], today: date) -> Iterator[ServiceLine]:
    """Yield a line for each service, in the order of their short names; saved is who changed each file last."""
    changed = entries.working_copy.changed
    for one in entries.entries():
        old = tuple(PARTS[key] for key, _ in one.to_confirm(today))
        path = path_of(one.name)
        yield ServiceLine(one, path in changed, old, saved.get(path))


def select_lines(found: Sequence[ServiceLine], wanted: Mapping[str, str]) -> list[ServiceLine]:
    """Return the lines that an address asks for: q, theme, etat, and tri, the order; equal ones stay by name."""
    _, order = ORDERS.get(wanted["tri"], ORDERS["nom"])
    chosen = [one for one in found if _matches(one.entry, wanted["q"], wanted["theme"]) and one.is_in(wanted["etat"])]
    return sorted(chosen, key=order)


def _matches(entry: ServiceEntry, query: str, theme: str) -> bool:
    """Whether every word of a search begins a word of the service's names, and the theme is that."""
    if theme and entry.service.theme != theme:
        return False
    text = f" {plain(' '.join((entry.name, *names_of(entry.service))))}"
    return all(f" {word}" in text for word in plain(query).split())
