"""The public services: browsed by theme or life event, searched by word, shown as a card.

All answers are computed once from the entries of menus/catalogue. A question is then one look-up in a table; only a
search computes. sources/service_cards.py writes the cards.

Lists go by what is asked most: a theme or event by its most asked service. Within one theme the services of one event
stand together, and within one event those of one theme. A list that would be too long has groups in place of services
(sources/service_groups.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from catalog.entries import Service, names_of
from catalog.facts import local_today
from catalog.synonyms import Meanings, Synonyms
from sources.service_cards import UNKNOWN, ServiceCards, card_facts
from sources.service_groups import ServiceGroups
from state.interfaces import FieldSpec, Outcome, Question
from state.text.index import Index
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
        today: Callable[[], date] = local_today,
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
        themes, events = ServiceGroups(services, "theme"), ServiceGroups(services, "life_event")
        self._lists = {"services.themes": themes.top, "services.life_events": events.top}
        self._parts: Mapping[str, tuple[str, Mapping[str, Outcome]]] = {
            "services.of_theme": ("theme", themes.parts),
            "services.of_life_event": ("life_event", events.parts),
            "services.group": ("service", {**themes.groups, **events.groups}),
        }
        self._names = {**themes.names, **events.names}

    async def ask(self, question: str, answers: Mapping[str, str]) -> Outcome:
        """Answer from memory; « unknown » for an unknown id or word."""
        if question == "services.search":
            return _found(
                {**self._rows[one.name], "score": one.percent} for one in self._index.find(answers["words"], MAX_FOUND)
            )
        if question in self._lists:
            return self._lists[question]
        if question == "services.card":
            return self._card(answers["service"])
        needed, part = self._parts[question]
        return part.get(answers[needed], UNKNOWN)

    async def close(self) -> None:
        """Do nothing: there is nothing to close."""

    def _card(self, service: str) -> Outcome:
        """Return the card of a service, or the outcome « group » if the row of a list was a group."""
        card = self._cards.find(service)
        name = self._names.get(service) if card is UNKNOWN else None
        return card if name is None else Outcome("group", {"name": name})

    def _asked(self) -> Iterable[Question]:
        names = [row["name"] for row in self._rows.values()]
        listed = {"name": FieldSpec.words((*names, *self._names.values()))}
        for name, outcome in self._lists.items():
            named = {"name": FieldSpec.words(row["name"] for row in outcome.rows)}
            yield Question(name, gives=named, rows=True, max_rows=len(outcome.rows))
        for name, (needed, parts) in self._parts.items():
            most = max((len(part.rows) for part in parts.values()), default=0)
            yield Question(name, {needed: "text"}, listed, rows=True, max_rows=most)
        services = {"name": FieldSpec.words(names)}
        scored = {**services, "score": FieldSpec("100", "number")}
        yield Question("services.search", {"words": "text"}, scored, rows=True, max_rows=MAX_FOUND)
        cards = self._cards.facts()
        facts = card_facts(cards)
        yield Question(
            "services.card",
            {"service": "text"},
            facts,
            outcomes=("found", "unknown", "group"),
            spare_outcomes=() if self._names else ("group",),
            cases=tuple(cards),
        )


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


def _found(rows: Iterable[Row]) -> Outcome:
    found = tuple(rows)
    return Outcome("found", rows=found) if found else UNKNOWN
