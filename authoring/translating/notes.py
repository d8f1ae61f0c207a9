"""What the comments of a translation say: what it is worth and on what it rests, who translated, who reviewed it.

    # brouillon : wěkwín MAFAND        a draft; what follows is on what it rests
    # attesté : MediaWiki fon          found whole in a printed source
    # relu : bio, 2026-12-01           reviewed, by whom and when
    # repose sur : wěkwín MAFAND       of a reviewed one, on what it rests
    # traduit : awa, 2026-11-30        who wrote it at the desk, and when

docs/traduire.md explains them to translators. Lines of any other kind stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

DRAFT, ATTESTED, REVIEWED, BY, RESTS = "brouillon", "attesté", "relu", "traduit", "repose sur"
MAX_BASIS_CHARACTERS: Final = 200
_MARK: Final = re.compile(rf"({DRAFT}|{ATTESTED}|{REVIEWED}|{BY}|{RESTS})\s*(?::\s*(.*))?$", re.IGNORECASE | re.DOTALL)
_SIGNED: Final = re.compile(r"(.*\S)\s*,\s*(\d{4}-\d{2}-\d{2})\s*$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Signed:
    """Somebody, and the day on which they did it, as YYYY-MM-DD."""

    by: str
    on: str


@dataclass(frozen=True, slots=True)
class Notes:
    """The comments of one translation. basis is on what a draft or attested translation rests; others are all other
    lines.
    """

    is_attested: bool = False
    basis: str = ""
    translated: Signed | None = None
    reviewed: Signed | None = None
    others: tuple[str, ...] = ()

    @classmethod
    def of(cls, comments: Sequence[str]) -> Notes:
        """Read the comments of an entry."""
        made = cls()
        for line in comments:
            made = made._with(line)
        return made

    def _with(self, line: str) -> Notes:
        found = _MARK.match(line.strip())
        mark, said = (found[1].lower(), (found[2] or "").strip()) if found else ("", "")
        signed = _SIGNED.match(said)
        if mark == REVIEWED and signed:
            return replace(self, reviewed=Signed(signed[1], signed[2]))
        if mark == BY and signed:
            return replace(self, translated=Signed(signed[1], signed[2]))
        if mark in (DRAFT, ATTESTED, RESTS):
            return replace(self, is_attested=mark == ATTESTED and bool(said), basis=said)
        return replace(self, others=(*self.others, line))

    def lines(self) -> Iterator[str]:
        """Yield the comments as they stand in the file."""
        if self.reviewed:
            yield f"{REVIEWED} : {self.reviewed.by}, {self.reviewed.on}"
        if self.is_attested:
            yield f"{ATTESTED} : {self.basis}"
        elif not self.reviewed:
            yield f"{DRAFT} : {self.basis}" if self.basis else DRAFT
        elif self.basis:
            yield f"{RESTS} : {self.basis}"
        if self.translated:
            yield f"{BY} : {self.translated.by}, {self.translated.on}"
        yield from self.others

    def rewritten(self, by: str, on: date, *, is_attested: bool, basis: str) -> Notes:
        """Return the notes of a translation that somebody wrote: it has no review."""
        return Notes(is_attested, basis, Signed(by, on.isoformat()), None, self.others)

    def accepted(self, by: str, on: date) -> Notes:
        """Return the notes of a translation that somebody reviewed."""
        return replace(self, reviewed=Signed(by, on.isoformat()))
