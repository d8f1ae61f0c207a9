"""The import report: operators read it before approval, and it is stored beside the audit."""

from __future__ import annotations

from dataclasses import dataclass

import orjson
from pydantic import TypeAdapter, ValidationError

from results.importing.counts import Counts, NotableChange
from spreadsheets.refused_rows import Refusal
from spreadsheets.sheet import File, Form


@dataclass(frozen=True, slots=True)
class Report:
    """The findings of one import. It has lines and counts only, never a seat number or a name.

    `size` is in bytes. `columns` has headings by field; `personal` has those left out because they could name a person.
    `rows` = `accepted` + `refused`; a row may be refused for several reasons. `duplicates` counts seat numbers.
    `verdicts` has the exam's text for each verdict; `moves` is empty if there is no earlier report.
    """

    file: str
    exam: str
    sha256: str
    size: int
    form: Form
    columns: dict[str, str]
    personal: tuple[str, ...]
    unused: tuple[str, ...]
    rows: int
    accepted: int
    refused: int
    duplicates: int
    reasons: dict[str, int]
    refusals: tuple[Refusal, ...]
    seat_lengths: dict[str, int]
    verdicts: dict[str, str]
    counts: Counts
    before: Counts | None = None
    moves: tuple[NotableChange, ...] = ()

    @property
    def is_sound(self) -> bool:
        """Whether every row of the file gives a result."""
        return self.refused == 0


_REPORTS = TypeAdapter(Report)


def to_json(report: Report) -> bytes:
    """Return the report as stored JSON."""
    return orjson.dumps({"sound": report.is_sound, **_REPORTS.dump_python(report)}, option=orjson.OPT_INDENT_2)


def parse_report(name: str, written: bytes) -> Report:
    """Parse a report that `to_json` wrote; `name` is for error messages. Raises FileBroken."""
    try:
        return _REPORTS.validate_json(written)
    except ValidationError as error:
        raise File(name, b"").broken("ce n'est pas un rapport d'import de résultats écrit par Zin") from error


def parse_counts(name: str, written: bytes) -> Counts:
    """Return the counts of such a report. Raises FileBroken."""
    return parse_report(name, written).counts
