"""The list of the texts of one language: which are asked for, in which order, and how far each journey is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from admin.translating.text_groups import group_title, place_label, seen
from authoring.translating.language_texts import LanguageTexts, State, Translation, counted
from state.menu.versions import MenuVersion
from state.text.search import plain

MAX_SEARCH_CHARACTERS: Final = 80
OPEN: Final = "a-faire"  # what a translator has to do
OPEN_STATES: Final = ("missing", "old", "faulty")
SEEN_FIRST, AS_IN_MENUS = "citoyens", "fichier"
ORDERS: Final = {SEEN_FIRST: "les plus vus d'abord", AS_IN_MENUS: "dans l'ordre des menus"}


@dataclass(frozen=True, slots=True)
class Audience:
    """How often citizens came to each screen, and how many remarks each text has."""

    by_screen: Mapping[str, int]
    remarks: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A journey or a folder of entries with the number of its texts in each state, and how often they were seen."""

    name: str
    title: str
    counts: Mapping[State, int]
    seen: int


@dataclass(frozen=True, slots=True)
class TextLine:
    """A text in the list."""

    translation: Translation
    places: tuple[str, ...]
    seen: int
    remarks: int


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is asked for in its address."""

    state: str = ""
    group: str = ""
    query: str = ""
    order: str = SEEN_FIRST

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> Filters:
        """Read them from an address; what it has beside is ignored."""
        state, group, query, order = (asked.get(name, "")[:MAX_SEARCH_CHARACTERS] for name in _KEYS)
        return cls(state, group, query, order if order in ORDERS else SEEN_FIRST)

    def address(self, **more: object) -> str:
        """Return the query of an address that asks for the same; more replaces or adds."""
        asked: dict[str, object] = dict(zip(_KEYS, (self.state, self.group, self.query, self.order), strict=True))
        asked = {**asked, "tri": "" if self.order == SEEN_FIRST else self.order, **more}
        return urlencode({name: value for name, value in asked.items() if value})

    def has(self, one: Translation) -> bool:
        """Whether a text is one of those that are asked for."""
        states = OPEN_STATES if self.state == OPEN else (self.state,)
        if (self.state and one.state not in states) or (self.group and self.group not in one.text.groups):
            return False
        if not self.query:
            return True
        written = f" {plain(' '.join((one.text.one, one.text.several, *one.forms)))}"
        return all(f" {word}" in written for word in plain(self.query).split())


_KEYS: Final = ("etat", "parcours", "q", "tri")


def selected(texts: LanguageTexts, filters: Filters, by_screen: Mapping[str, int]) -> list[Translation]:
    """Return the texts that are asked for, in the order that is asked for."""
    found = [one for one in texts.translations.values() if filters.has(one)]
    if filters.order == SEEN_FIRST:
        found.sort(key=lambda one: -seen(one.text, by_screen))
    return found


def text_lines(edition: MenuVersion, found: Sequence[Translation], audience: Audience) -> list[TextLine]:
    """Return texts as the list shows them."""
    return [
        TextLine(
            one,
            tuple(place_label(edition, place) for place in one.text.places),
            seen(one.text, audience.by_screen),
            audience.remarks.get(one.text.id, 0),
        )
        for one in found
    ]


def group_lines(edition: MenuVersion, texts: LanguageTexts, by_screen: Mapping[str, int]) -> Iterator[GroupLine]:
    """Yield each group of texts, the most seen first."""
    found: dict[str, list[Translation]] = {}
    for one in texts.translations.values():
        for group in one.text.groups:
            found.setdefault(group, []).append(one)
    lines = [
        GroupLine(name, group_title(edition, name), counted(members), _seen_within(name, members, by_screen))
        for name, members in found.items()
    ]
    yield from sorted(lines, key=lambda line: -line.seen)


def _seen_within(group: str, members: Sequence[Translation], by_screen: Mapping[str, int]) -> int:
    """Return how often citizens came to the most seen screen of a journey; for other groups, saw its texts."""
    own = [many for screen, many in by_screen.items() if screen.partition(".")[0] == group]
    return max(own, default=0) if own else max((seen(one.text, by_screen) for one in members), default=0)
