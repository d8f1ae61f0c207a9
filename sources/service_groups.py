"""Lists of services that stay within three pages of a basic phone, however many services there are.

A list that would be longer has groups in place of services: of what the services differ in, in this order, else of the
alphabet. A group has an id as a service has one, and its own list. What fits is listed as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from catalog.entries import Service
from catalog.entry_types import slug
from catalog.texts import OTHERS
from state.interfaces import Outcome, ScreenSize
from state.text.languages import FRENCH
from state.text.page_format import paper
from state.text.pagination import Footer, paginate
from state.text.search import plain

Row = Mapping[str, str]
Members = Mapping[str, Service]
SMALLEST: Final = ScreenSize("ussd", 178, 76)  # of the channels (channels/africastalking)
FOOTER: Final = Footer("98 Suite", "0 Retour\n00 Accueil")
PAGES: Final = 3
TEXT: Final = f"{'x' * 30} : quel service ?"  # above a list, at its longest; and what is beside the two first ones
TOP: Final = {
    "theme": ("Thème ?", ("Par situation de vie", "En tapant un mot")),
    "life_event": ("Quelle situation ?", ()),
}
LONGEST_ID: Final = 40
APART: Final = "."  # between the id of a group and what it is a part of; no id of a service has it
FAMILY: Final = {"theme": "life_event", "life_event": "theme"}


class ServiceGroups:
    """The lists of one grouping, by theme or by life event, and all groups below them.

    `top` has the groupings, `parts` the list of each by its id, `groups` the list of every other group, and `names` its
    name.
    """

    def __init__(self, services: Members, by: str) -> None:
        self.groups: dict[str, Outcome] = {}
        self.names: dict[str, str] = {}
        self._rows = {name: {"id": name, "name": service.short} for name, service in services.items()}
        whole = _grouped(_by_demand(services), by)
        self.parts = {slug(name): self._listed(name, part, by) for name, part in whole.items()}
        self.top = _outcome(self._top([{"id": slug(name), "name": name} for name in whole], by))

    def _top(self, rows: list[Row], by: str) -> Sequence[Row]:
        """Return the first rows, and one for all others, whose list has them as groups."""
        text, below = TOP[by]
        if fits(rows, text, below):
            return rows
        others = {"id": f"{by}{APART}", "name": OTHERS[by]}
        first = next(_cut(rows, text, (others["name"], *below)))
        rest = [self._as_group(row, by) for row in rows[len(first) :]]
        self.parts[others["id"]] = _outcome(self._by_alphabet(others["id"], rest))
        return [*first, others]

    def _as_group(self, row: Row, by: str) -> Row:
        """Return the row of a grouping among groups."""
        child = f"{by}{APART}{row['id'][:LONGEST_ID]}{APART}"
        self.groups[child], self.names[child] = self.parts[row["id"]], row["name"]
        return {"id": child, "name": row["name"]}

    def _listed(self, name: str, members: Members, by: str) -> Outcome:
        above = f"{by}{APART}{slug(name)[:LONGEST_ID]}"
        return _outcome(self._rows_of(above, members, (FAMILY[by], "administration")))

    def _rows_of(self, name: str, members: Members, keys: Sequence[str]) -> Sequence[Row]:
        """Return the rows of these services, or of groups by the first of the keys that makes a short list."""
        rows = [self._rows[one] for part in _grouped(members, keys[0]).values() for one in part] if keys else []
        rows = rows or [self._rows[one] for one in members]
        if fits(rows):
            return rows
        for place, key in enumerate(keys):
            parts = _grouped(members, key)
            if len(parts) > 1 and fits([_label(part, title) for title, part in parts.items()]):
                return [self._part(name, title, part, keys[place + 1 :]) for title, part in parts.items()]
        return self._by_alphabet(name, sorted(rows, key=lambda row: plain(row["name"])))

    def _part(self, above: str, title: str, members: Members, keys: Sequence[str]) -> Row:
        """Return the row of a group, whose list is made; a service that would be alone in it stands for itself."""
        if len(members) == 1:
            return self._rows[next(iter(members))]
        child = f"{above}{APART}{slug(title)[:LONGEST_ID]}"
        self.groups[child], self.names[child] = _outcome(self._rows_of(child, members, keys)), title
        return {"id": child, "name": title}

    def _by_alphabet(self, above: str, rows: Sequence[Row]) -> Sequence[Row]:
        """Return rows that fit: each leads to those from its name on, over as many steps as it takes."""
        step = 0
        while not fits(rows):
            chunks, step = list(_cut(rows)), step + 1
            rows = []
            for chunk in chunks:
                child = f"{above}{APART}{step}{APART}{chunk[0]['id'].strip(APART).rpartition(APART)[2][:LONGEST_ID]}"
                self.groups[child], self.names[child] = _outcome(chunk), f"{chunk[0]['name'].rstrip('…')}…"
                rows.append({"id": child, "name": self.names[child]})
        return rows


def _by_demand(services: Members) -> Members:
    """Return the services, the most asked ones first, then by their names."""
    return dict(sorted(services.items(), key=lambda item: (-int(item[1].asked), plain(item[1].short))))


def _grouped(services: Members, by: str) -> dict[str, dict[str, Service]]:
    """Return services by what they have under this key, in their order; the groups in the order of their demand."""
    groups: dict[str, dict[str, Service]] = {}
    for name, service in services.items():
        groups.setdefault(getattr(service, by), {})[name] = service
    return dict(sorted(groups.items(), key=lambda item: _demand(item[1].values())))


def fits(rows: Sequence[Row], text: str = TEXT, below: Sequence[str] = ()) -> bool:
    """Whether a list of these rows takes at most three pages of the smallest screen; choices stand below it."""
    lines = tuple(f"{number} {name}" for number, name in enumerate((*(row["name"] for row in rows), *below), 1))
    return len(paginate.__wrapped__(text, lines, FOOTER, paper(FRENCH, SMALLEST))) <= PAGES


def _cut(rows: Sequence[Row], text: str = TEXT, below: Sequence[str] = ()) -> Iterator[Sequence[Row]]:
    """Yield the rows in pieces that fit, each as long as it can be."""
    begin = 0
    for end in range(2, len(rows) + 1):
        if end - begin > 1 and not fits(rows[begin:end], text, below):
            yield rows[begin : end - 1]
            begin = end - 1
    yield rows[begin:]


def _label(members: Members, title: str) -> Row:
    return {"name": title if len(members) > 1 else next(iter(members.values())).short}


def _demand(services: Iterable[Service]) -> tuple[int, int, str]:
    """Return the key that sorts groups of services: by the most asked one of each, then by all of them."""
    every = list(services)
    asked = [int(service.asked) for service in every]
    return -max(asked), -sum(asked), plain(every[0].short)


def _outcome(rows: Iterable[Row]) -> Outcome:
    found = tuple(rows)
    return Outcome("found", rows=found) if found else Outcome("unknown")
