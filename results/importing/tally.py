"""What the import of a file reports, to be read before anybody approves it, and kept beside the audit."""

from __future__ import annotations

from dataclasses import dataclass

import orjson
from pydantic import TypeAdapter, ValidationError

from results.importing.counts import Counts, NotableChange
from results.importing.rows import Refusal
from results.importing.sheet import File, Form


@dataclass(frozen=True, slots=True)
class Report:
    """What was found in a file. It tells no candidate: lines and counts, never a seat number or a name.

    size is in bytes. columns are headings by field; personal are those left out because they could name a person.
    rows = accepted + refused; one row may be refused for several of the reasons. duplicates counts seat numbers.
    verdicts are the words of the exam for each verdict; moves is empty where no report before was given.
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
        """Whether every row of the file is a result."""
        return self.refused == 0


_REPORTS = TypeAdapter(Report)


def to_json(report: Report) -> bytes:
    """The report as a file keeps it."""
    return orjson.dumps({"sound": report.is_sound, **_REPORTS.dump_python(report)}, option=orjson.OPT_INDENT_2)


def parse_report(name: str, written: bytes) -> Report:
    """The report that `as_json` wrote; name is for complaints. Raises FileBroken when it is none."""
    try:
        return _REPORTS.validate_json(written)
    except ValidationError as error:
        raise File(name, b"").broken("ce n'est pas un rapport d'import de résultats écrit par Zin") from error


def parse_counts(name: str, written: bytes) -> Counts:
    """The counts in such a report. Raises FileBroken."""
    return parse_report(name, written).counts
