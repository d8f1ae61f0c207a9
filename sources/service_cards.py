"""What citizens read on the card of a service: every fact in words, "" if it is not known.

to_confirm names those that citizens must ask for. A fact whose last day is over is not known from the next day on. The
cards are written once, and again when the first of these days is over, so a question costs a look-up in a table and a
comparison of two days.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final, get_args

from catalog.entries import After, Service
from catalog.facts import Cost, Documents, Figure, Site, Sourced, local_today
from catalog.texts import FREE, TO_ASK
from state.country import country
from state.interfaces import FieldSpec, Outcome

NAMES: Final = ("name", "short", "administration")
FIGURES: Final = ("cost", "documents", "delay", "validity", "where", "url")  # each may be unknown
AFTER: Final = get_args(After)
YES: Final = "1"  # the value of a fact that only says whether an option is shown
UNKNOWN: Final = Outcome("unknown")


class ServiceCards:
    """The card of every service, by the id of the service."""

    def __init__(
        self,
        services: Mapping[str, Service],
        today: Callable[[], date] = local_today,
    ) -> None:
        self._services, self._today = services, today
        self._write(today())

    def find(self, service: str) -> Outcome:
        """Return the card of the service with this id; « unknown » if there is none."""
        if (today := self._today()) > self._last_day:
            self._write(today)
        return self._cards.get(service, UNKNOWN)

    def facts(self) -> list[Mapping[str, str]]:
        """Return the facts of every card."""
        return [outcome.facts for outcome in self._cards.values()]

    def _write(self, today: date) -> None:
        """Write all cards as they are read today, and until the first last day of a fact."""
        facts = [fact for service in self._services.values() for _, fact in service.facts() if not fact.is_past(today)]
        self._last_day = min((date.fromisoformat(fact.until) for fact in facts if fact.until), default=date.max)
        self._cards = {
            name: Outcome("found", _card(service, today), subject=f"service {name}")
            for name, service in self._services.items()
        }


def card_facts(cards: Sequence[Mapping[str, str]]) -> Mapping[str, FieldSpec]:
    """Return what may stand on these cards."""
    words = {fact: FieldSpec.words(card[fact] for card in cards) for fact in (*NAMES, *FIGURES)}
    return {
        **{fact: replace(words[fact], optional=fact in FIGURES) for fact in words},
        "to_confirm": FieldSpec(", ".join(TO_ASK.values()), "list", optional=True),
        **dict.fromkeys(AFTER, FieldSpec(YES, optional=True)),
    }


def _card(service: Service, today: date) -> Mapping[str, str]:
    """Return the facts of one service, ready to be shown; documents take one line each."""
    known = {key: fact for key, fact in service.facts() if not fact.is_past(today)}
    if "rates" in known:
        known["cost"] = known["rates"]
    figures = {key: _in_words(known[key]) if key in known else "" for key in FIGURES}
    return {
        **{name: getattr(service, name) for name in NAMES},
        **figures,
        "to_confirm": ", ".join(word for fact, word in TO_ASK.items() if not figures[fact]),
        **{fact: YES if service.after == fact else "" for fact in AFTER},
    }


def _in_words(fact: Sourced) -> str:
    match fact:
        case Documents(value=(only,)) if not only[0].isdigit():
            return _with_note(only, fact.note)
        case Documents():
            lines = [f"- {document}" for document in fact.value]
            return "\n".join((*lines, f"({fact.note})") if fact.note else lines)
        case Cost():
            return _with_note(_money(fact.value), fact.note)
        case Figure() | Site():
            return _with_note(fact.value, fact.note)
    raise TypeError(fact)


def _money(francs: str) -> str:
    return FREE if francs == "0" else f"{int(francs):,} {country().currency.sign}".replace(",", " ")


def _with_note(text: str, note: str) -> str:
    return f"{text} ({note})" if note else text
