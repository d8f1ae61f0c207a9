"""What citizens read of a service centre: every fact in words, "" if it is not known.

A fact whose last day is over is not known from the next day on. to_confirm names what citizens must ask for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final, NamedTuple

from catalog.centres import TO_ASK, Centre
from catalog.facts import Sourced
from state.interfaces import FieldSpec
from state.text.positions import Position

LINES: Final = ("address", "landmark", "hours", "phone")
FACTS: Final = ("opened", *LINES, "services")  # each may be unknown


class Site(NamedTuple):
    """An open centre, with its facts. `position` is that of the commune if its own is not known."""

    id: str
    name: str
    commune: str
    department: str
    position: Position | None
    facts: Mapping[str, str]


class Near(NamedTuple):
    """A centre and how far it is in kilometres; None if that is not known."""

    site: Site
    km: float | None = None

    @property
    def kilometres(self) -> str:
        """The distance in whole kilometres, at least 1; "" if it is not known."""
        return "" if self.km is None else str(max(1, round(self.km)))


def centre_facts(centre: Centre, today: date) -> Mapping[str, str]:
    """Return the facts of a centre on this day."""
    known = {key: fact for key in FACTS if (fact := getattr(centre, key)) and not fact.is_past(today)}
    facts = {key: _in_words(known[key]) if key in known else "" for key in FACTS}
    missing = {fact for fact in TO_ASK if not facts[fact]}
    if facts["landmark"]:
        missing.discard("address")  # it is enough to go there
    return {**facts, "to_confirm": ", ".join(word for fact, word in TO_ASK.items() if fact in missing)}


def names_of(asked: Mapping[str, str], near: list[Near]) -> Mapping[str, str]:
    """Return the names of these centres, of which none is known to be the nearest, beside what was asked for."""
    names = ", ".join(labels_of(near))
    nothing = dict.fromkeys((*FACTS, "to_confirm", "centre", "place", "km"), "")
    return {**asked, **nothing, "centres": names, "others": names}


def card_of(asked: Mapping[str, str], near: list[Near]) -> Mapping[str, str]:
    """Return the facts of the first of these centres, and the names of all, beside what was asked for."""
    (site, _), labels = near[0], labels_of(near)
    return {
        **asked,
        **site.facts,
        "centre": site.name,
        "place": site.commune,
        "km": near[0].kilometres,
        "centres": ", ".join(labels),
        "others": ", ".join(labels[1:]),
    }


def labels_of(near: list[Near]) -> list[str]:
    """Return the commune of each centre, or its name if another one is there too, with the kilometres."""
    communes = [one.site.commune for one in near]
    names = [one.site.name if communes.count(one.site.commune) > 1 else one.site.commune for one in near]
    return [
        f"{name} ({one.kilometres} km)" if one.km is not None else name for name, one in zip(names, near, strict=True)
    ]


def card_fields(sites: Iterable[Site], most: int) -> Mapping[str, FieldSpec]:
    """Return what may stand on the cards of these centres, of which a card names `most`."""
    known = list(sites)

    def longest(texts: Iterable[str]) -> str:
        return max(texts, key=len, default="")

    every = {key: longest(site.facts[key] for site in known) for key in FACTS}
    communes = Counter(site.commune for site in known)
    named = (site.name for site in known if communes[site.commune] > 1)
    label = f"{longest((*communes, *named))} (999 km)"
    return {
        **{key: FieldSpec(text, "date" if key == "opened" else "text", optional=True) for key, text in every.items()},
        "to_confirm": FieldSpec(", ".join(TO_ASK.values()), "list", optional=True),
        "centre": FieldSpec(longest(site.name for site in known), optional=True),
        "place": FieldSpec(longest(site.commune for site in known), optional=True),
        "km": FieldSpec("999", "number", optional=True),
        "centres": FieldSpec(", ".join([label] * most)),
        "others": FieldSpec(", ".join([label] * (most - 1)), optional=True),
    }


def _in_words(fact: Sourced) -> str:
    value = fact.model_dump()["value"]
    text = value if isinstance(value, str) else ", ".join(value)
    return f"{text} ({fact.note})" if fact.note else text
