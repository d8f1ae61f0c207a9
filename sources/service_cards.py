"""What citizens read on the card of a service: every fact in words, or « à confirmer ».

A fact whose last day is over is « à confirmer » from the next day on. The cards are written once, and again when the
first of these days is over, so a question costs a look-up in a table and a comparison of two days.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from catalog.entries import Service
from catalog.facts import Cost, Documents, Figure, Site, Sourced, today_in_benin
from catalog.texts import FREE, TO_CONFIRM
from state.interfaces import Outcome

CARD: Final = ("name", "administration", "cost", "documents", "delay", "validity", "where", "url")
UNKNOWN: Final = Outcome("unknown")


class ServiceCards:
    """The card of every service, by the id of the service."""

    def __init__(
        self,
        services: Mapping[str, Service],
        to_confirm: str = TO_CONFIRM,
        today: Callable[[], date] = today_in_benin,
    ) -> None:
        self._services, self._to_confirm, self._today = services, to_confirm, today
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
            name: Outcome("found", _card(service, self._to_confirm, today)) for name, service in self._services.items()
        }


def _card(service: Service, to_confirm: str, today: date) -> Mapping[str, str]:
    """Return the facts of one service, ready to be shown; documents take one line each."""
    known = {key: fact for key, fact in service.facts() if not fact.is_past(today)}
    if "rates" in known:
        known["cost"] = known["rates"]
    shown = {key: _in_words(fact) for key, fact in known.items()}
    return {"name": service.name, "administration": service.administration} | {
        key: shown.get(key, to_confirm) for key in CARD if key not in ("name", "administration")
    }


def _in_words(fact: Sourced) -> str:
    match fact:
        case Documents(value=(only,)):
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
    return FREE if francs == "0" else f"{int(francs):,} F".replace(",", " ")


def _with_note(text: str, note: str) -> str:
    return f"{text} ({note})" if note else text
