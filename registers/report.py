"""The report of an import into a register: what was read, what is refused, and what would change.

It has lines and counts only, never a key, a name or a fact.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field

import orjson

from reporting.french import format_count
from spreadsheets.refused_rows import Refusal
from spreadsheets.report_lines import file_lines, number, refusal_lines
from spreadsheets.sheet import Form


@dataclass(frozen=True, slots=True)
class Differences:
    """What an import changes: rows added, changed, removed and left as they are, of `before` rows of the feed.

    foreign has the first lines with a key that belongs to another feed, many_foreign their number.
    """

    before: int
    added: int
    changed: int
    removed: int
    unchanged: int
    foreign: tuple[int, ...] = ()
    many_foreign: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing changes."""
        return not (self.added or self.changed or self.removed)


@dataclass(frozen=True, slots=True)
class Report:
    """The findings of one file. size is in bytes, columns has the headings by what they are."""

    file: str
    sha256: str
    size: int
    form: Form
    columns: dict[str, str]
    unused: tuple[str, ...]
    rows: int
    refused: int
    duplicates: int
    reasons: dict[str, int] = field(default_factory=dict)
    refusals: tuple[Refusal, ...] = ()
    differences: Differences | None = None

    @property
    def is_sound(self) -> bool:
        """Whether every row can be stored."""
        return self.refused == 0

    def to_json(self) -> str:
        """Return the report as it is stored."""
        return orjson.dumps(asdict(self)).decode()

    def lines(self) -> Iterator[str]:
        """Yield the report in French; what is to be corrected comes last, where the reader looks first."""
        yield from file_lines(self.file, self.size, self.sha256, self.form)
        yield f"Colonnes lues : {', '.join(f'{what} = « {heading} »' for what, heading in self.columns.items())}"
        if self.unused:
            yield f"Laissées de côté, personne ne les demande : {', '.join(self.unused)}"
        rows = f"{format_count(self.rows, 'ligne')}, {format_count(self.refused, 'refusée')}"
        yield f"{rows}, {format_count(self.duplicates, 'clé')} en double"
        yield from refusal_lines(self.reasons, self.refusals)
        if self.differences:
            yield from _difference_lines(self.differences)
        if not self.is_sound:
            yield "Rien n'est importé : corrigez le fichier, puis importez-le de nouveau."


def _difference_lines(found: Differences) -> Iterator[str]:
    if found.many_foreign:
        shown = ", ".join(map(str, found.foreign))
        more = ", …" if found.many_foreign > len(found.foreign) else ""
        yield f"Refusé, clé d'une autre administration : {number(found.many_foreign)} (lignes {shown}{more})"
    words = {"ajoutée": found.added, "changée": found.changed, "supprimée": found.removed, "inchangée": found.unchanged}
    counts = ", ".join(format_count(many, word) for word, many in words.items())
    yield f"Avant : {format_count(found.before, 'ligne')}. Avec ce fichier : {counts}"
