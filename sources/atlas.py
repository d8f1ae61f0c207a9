"""The communes and their centres as they are on one day: by department, by name, and by distance.

All distances are computed here: over the ground in a straight line, from the seat of a commune or the location of a
citizen to the position of a centre, or to the seat of its commune if the position of the centre is not known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from catalog.centres import Centre
from catalog.communes import Commune
from catalog.entry_types import slug
from sources.centre_cards import Near, Site, card_of, centre_facts, labels_of, names_of
from state.interfaces import Outcome
from state.text.index import Index
from state.text.positions import Position, distance_km
from state.text.search import plain

UNKNOWN: Final = Outcome("unknown")
MAX_FOUND: Final = 9
MAX_NEAR: Final = 3
MAX_KM: Final = 100.0  # from a location; what is farther is in another country, or no help
FAR: Final = ":"  # between the id of a centre and its kilometres, in a row of a location


class Atlas:
    """The communes and the open centres of one day, ready to answer."""

    def __init__(self, communes: Mapping[str, Commune], centres: Mapping[str, Centre], today: date) -> None:
        self.day = today
        self._communes = dict(sorted(communes.items(), key=lambda one: (plain(one[1].department), plain(one[1].name))))
        departments: dict[str, list[str]] = {}
        for one in self._communes.values():
            departments.setdefault(one.department, []).append(one.name)
        self.departments = _listed(departments)
        self.of_department = {slug(name): _listed(here) for name, here in departments.items()}
        self.sites = {
            name: _site(name, one, communes[slug(one.commune)], today)
            for name, one in centres.items()
            if one.is_open(today) and slug(one.commune) in communes
        }
        names = {name: one.name for name, one in self._communes.items()}
        # some citizens type "porto novo" as one word
        self._index = Index({name: (one, plain(one).replace(" ", "")) for name, one in names.items()})
        self._nearest: dict[str, Outcome] = {}

    def search(self, typed: str) -> Outcome:
        """Return the communes with a name like this, each with its score in %."""
        return _rows(
            {"id": one.name, "name": self._communes[one.name].name, "score": one.percent}
            for one in self._index.find(typed, MAX_FOUND)
        )

    def around(self, at: Position) -> Outcome:
        """Return the centres nearest to this position, the nearest first; none is far away."""
        near = [one for one in _by_distance(at, self.sites.values()) if one.km is not None and one.km <= MAX_KM]
        near = near[:MAX_NEAR]
        return _rows(
            {"id": f"{one.site.id}{FAR}{one.kilometres}", "name": label, "score": "0"}
            for one, label in zip(near, labels_of(near), strict=True)
        )

    def nearest(self, asked: str) -> Outcome:
        """Return the answer for the id of a commune, or of a row of `around`."""
        centre, _, kilometres = asked.partition(FAR)
        if kilometres.isdecimal() and (site := self.sites.get(centre)):
            about = {"commune": site.commune, "department": site.department}
            return Outcome("found", card_of(about, [Near(site, float(kilometres))]), subject=_subject(site.commune))
        if asked not in self._nearest and (commune := self._communes.get(asked)):
            self._nearest[asked] = self._of_commune(commune)
        return self._nearest.get(asked, UNKNOWN)

    def _of_commune(self, commune: Commune) -> Outcome:
        """Return the centres of a commune, else the nearest ones, else those of its department."""
        facts = {"commune": commune.name, "department": commune.department}
        subject = _subject(commune.name)
        here = [Near(site) for site in self.sites.values() if site.commune == commune.name]
        if here:
            return Outcome("found", card_of(facts, here[:MAX_NEAR]), subject=subject)
        measured = _by_distance(commune.seat, self.sites.values())
        near = [one for one in measured if one.km is not None or one.site.department == commune.department][:MAX_NEAR]
        if not near:
            return Outcome("unknown", facts, subject=subject)
        return Outcome("elsewhere", (names_of if near[0].km is None else card_of)(facts, near), subject=subject)


def _subject(commune: str) -> str:
    return f"commune {slug(commune)}"


def _site(name: str, centre: Centre, commune: Commune, today: date) -> Site:
    position = centre.position.position if centre.position else commune.seat
    return Site(name, centre.name, commune.name, commune.department, position, centre_facts(centre, today))


def _by_distance(at: Position | None, sites: Iterable[Site]) -> list[Near]:
    """Return centres with their distance, the nearest first; those that cannot be measured are last."""
    measured = [Near(site, distance_km(at, site.position) if at and site.position else None) for site in sites]
    return sorted(measured, key=lambda one: (one.km is None, one.km or 0.0, plain(one.site.name)))


def _listed(names: Iterable[str]) -> Outcome:
    return _rows({"id": slug(name), "name": name} for name in names)


def _rows(rows: Iterable[Mapping[str, str]]) -> Outcome:
    found = tuple(rows)
    return Outcome("found", rows=found) if found else UNKNOWN
