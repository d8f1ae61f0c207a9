"""The public services: browsed by theme or life event, searched by word, shown as a card.

All answers are computed once from the entries of menus/catalogue. A question is then one look-up in a table; only a
search computes. sources/service_cards.py writes the cards.

Lists go by what is asked most: a theme or event by its most asked service. Within one theme the services of one event
stand together, and within one event those of one theme.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from catalog.entries import Service, names_of
from catalog.entry_types import slug
from catalog.facts import today_in_benin
from catalog.synonyms import Meanings, Synonyms
from sources.service_cards import UNKNOWN, ServiceCards, card_facts
from state.interfaces import FieldSpec, Outcome, Question
from state.text.index import Index
from state.text.search import plain
from state.text.translations import Wordings

MAX_FOUND = 9
NO_SYNONYMS: Mapping[str, Synonyms] = {}

SynonymFiles = Mapping[str, Synonyms]
Row = Mapping[str, str]


class Catalogue:
    """A Source over the services, in memory. tests/sources/test_services.py and tests/contracts/test_sources.py check
    it.
    """

    def __init__(
        self,
        services: Mapping[str, Service],
        synonyms: SynonymFiles = NO_SYNONYMS,
        today: Callable[[], date] = today_in_benin,
    ) -> None:
        self._today = today
        self._taken: tuple[Mapping[str, Service], SynonymFiles, Wordings | None] | None = None
        self.reload(services, synonyms)
        self.questions: Mapping[str, Question] = {question.name: question for question in self._asked()}

    def reload(
        self, services: Mapping[str, Service], synonyms: SynonymFiles = NO_SYNONYMS, wordings: Wordings | None = None
    ) -> None:
        """Use these services from now on; they can be searched in French, in these languages, and by synonyms."""
        if (services, synonyms, wordings) == self._taken:
            return  # another file was saved: do not rebuild a thousand services
        self._taken = services, synonyms, wordings
        self._rows = {name: {"id": name, "name": service.short} for name, service in services.items()}
        self._cards = ServiceCards(services, self._today)
        self._index = _index(services, wordings or {}, synonyms.values())
        themes = self._rows_by(services, "theme", "life_event")
        events = self._rows_by(services, "life_event", "theme")
        self._lists = {"services.themes": _list(themes), "services.life_events": _list(events)}
        self._parts = {
            "services.of_theme": ("theme", {slug(group): _found(rows) for group, rows in themes.items()}),
            "services.of_life_event": ("life_event", {slug(group): _found(rows) for group, rows in events.items()}),
        }

    async def ask(self, question: str, answers: Mapping[str, str]) -> Outcome:
        """Answer from memory; « unknown » for an unknown id or word."""
        if question == "services.search":
            return _found(
                {**self._rows[one.name], "score": one.percent} for one in self._index.find(answers["words"], MAX_FOUND)
            )
        if question in self._lists:
            return self._lists[question]
        if question == "services.card":
            return self._cards.find(answers["service"])
        needed, part = self._parts[question]
        return part.get(answers[needed], UNKNOWN)

    async def close(self) -> None:
        """Do nothing: there is nothing to close."""

    def _rows_by(self, services: Mapping[str, Service], group: str, family: str) -> dict[str, list[Row]]:
        """Return the rows by the group that their services name, and in it by family, what is asked most first."""
        return {
            name: [self._rows[service] for part in _grouped(members, family).values() for service in part]
            for name, members in _grouped(services, group).items()
        }

    def _asked(self) -> Iterable[Question]:
        services = {"name": FieldSpec.words(row["name"] for row in self._rows.values())}
        for name, outcome in self._lists.items():
            named = {"name": FieldSpec.words(row["name"] for row in outcome.rows)}
            yield Question(name, gives=named, rows=True, max_rows=len(outcome.rows))
        for name in ("services.of_theme", "services.of_life_event"):
            needed, parts = self._parts[name]
            most = max((len(part.rows) for part in parts.values()), default=0)
            yield Question(name, {needed: "text"}, services, rows=True, max_rows=most)
        scored = {**services, "score": FieldSpec("100", "number")}
        yield Question("services.search", {"words": "text"}, scored, rows=True, max_rows=MAX_FOUND)
        cards = self._cards.facts()
        facts = card_facts(cards)
        yield Question("services.card", {"service": "text"}, facts, cases=tuple(cards))


def _grouped(services: Mapping[str, Service], by: str) -> dict[str, dict[str, Service]]:
    """Return services by what they have under this key; groups and services in the order in which they are asked."""
    groups: dict[str, dict[str, Service]] = {}
    for name, service in sorted(services.items(), key=lambda item: (-int(item[1].asked), plain(item[1].short))):
        groups.setdefault(getattr(service, by), {})[name] = service
    return dict(sorted(groups.items(), key=lambda item: _demand(item[1].values())))


def _demand(services: Iterable[Service]) -> tuple[int, int, str]:
    """Return the key that sorts groups of services: by the most asked one of each, then by all of them."""
    every = list(services)
    asked = [int(service.asked) for service in every]
    return -max(asked), -sum(asked), plain(every[0].short)


def _index(services: Mapping[str, Service], wordings: Wordings, synonyms: Iterable[Synonyms]) -> Index:
    own = {name: names_of(service) for name, service in services.items()}
    others = Meanings(own).synonyms(synonyms)

    def called(name: str, service: Service) -> Iterable[str]:
        yield from own[name]
        yield from others.get(name, ())
        translated = (
            wording.translate(name) for wording in wordings.values() for name in (service.short, service.name)
        )
        yield from dict.fromkeys(name for name in translated if name not in (service.short, service.name))

    return Index(
        {name: tuple(called(name, service)) for name, service in services.items()},
        {name: (service.life_event, service.theme, service.administration) for name, service in services.items()},
        {name: int(service.asked) for name, service in services.items()},
    )


def _list(groups: Iterable[str]) -> Outcome:
    return _found([{"id": slug(group), "name": group} for group in groups])


def _found(rows: Iterable[Row]) -> Outcome:
    found = tuple(rows)
    return Outcome("found", rows=found) if found else UNKNOWN
