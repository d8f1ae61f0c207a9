"""Which entries the address of the audit page asks for, and the addresses of its other pages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from urllib.parse import urlencode

from accounts.audit_search import AuditFilter
from admin.audit.action_words import KINDS
from reporting.time_zone import zone

REFUSED: Final = "refus"
MAX_NAME: Final = 80  # characters of a name
NUMBER: Final = re.compile(r"[1-9][0-9]{0,14}")


class NoQuery(ValueError):
    """The address asks for what there cannot be; the text says what to write."""


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """What a clerk typed: a name, one of KINDS or REFUSED, and the first and the last day, both included."""

    who: str = ""
    kind: str = ""
    first: date | None = None
    last: date | None = None
    before: int = 0

    @property
    def filter(self) -> AuditFilter:
        """Return the entries that it asks for."""
        return AuditFilter(
            operator=self.who,
            actions=tuple(KINDS[self.kind][1]) if self.kind in KINDS else (),
            is_refused=self.kind == REFUSED,
            since=_milliseconds(self.first) if self.first else 0,
            until=_milliseconds(self.last + timedelta(days=1)) if self.last else 0,
            before=self.before,
        )

    @property
    def query(self) -> str:
        """Return it as the query of an address, without the page."""
        typed = {"qui": self.who, "quoi": self.kind, "du": self.first or "", "au": self.last or ""}
        return urlencode({name: value for name, value in typed.items() if value})


def parse_query(given: Mapping[str, str]) -> AuditQuery:
    """Read the query of an address. Raises NoQuery."""
    who, kind = given.get("qui", "").strip(), given.get("quoi", "")
    if len(who) > MAX_NAME or not who.isprintable():
        raise NoQuery("Écrivez un nom comme il est dans le journal.")
    if kind and kind not in KINDS and kind != REFUSED:
        raise NoQuery("Choisissez dans la liste ce que vous cherchez.")
    first, last = _day(given.get("du", "")), _day(given.get("au", ""))
    if first and last and first > last:
        raise NoQuery("Le premier jour est après le dernier : échangez-les.")
    before = given.get("avant", "")
    if before and not NUMBER.fullmatch(before):
        raise NoQuery("Cette page n'existe pas : revenez au début du journal.")
    return AuditQuery(who, kind, first, last, int(before or 0))


def _day(written: str) -> date | None:
    try:
        found = date.fromisoformat(written) if written else None
    except ValueError:
        found = date.min
    if found and not 2000 <= found.year < 2100:
        raise NoQuery("Écrivez un jour comme 2026-12-31, de ce siècle.")
    return found


def _milliseconds(day: date) -> int:
    return round(datetime.combine(day, time(), zone()).timestamp() * 1000)
