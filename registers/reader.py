"""Reads a file of a register into rows and a report; nothing is stored here."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Final

from registers.register import Register
from registers.report import Report
from registers.rows import RowCollector, StagedRow
from reporting.time_zone import zone
from spreadsheets.opened_file import OpenedFile, Progress, open_file
from spreadsheets.rows_to_mend import RowsToMend, rows_to_mend

ADVICE: Final = "coupez-le, et importez les morceaux comme des mises à jour"


@dataclass(frozen=True, slots=True)
class Read:
    """The rows of a file as they are staged, the report on the whole file, and its refused rows."""

    staged: list[StagedRow] = field(repr=False)
    report: Report
    to_mend: RowsToMend = field(default_factory=RowsToMend, repr=False)


def read_file(register: Register, path: Path, progress: Progress = lambda share: None) -> Read:
    """Read a file with the columns of the register. Raises FileBroken if it cannot be read."""
    opened = open_file(path, register.headings(), ADVICE)
    rows = RowCollector(register, opened.columns, opened.sheet.doubts, today())
    for batch in opened.batches(progress):
        rows.take(batch)
        opened.check_rows(rows.rows, batch[-1][0], ADVICE)
    if not rows.rows:
        raise opened.file.broken("aucune ligne sous les titres de colonnes", opened.columns.line)
    return Read(rows.staged(), _report(register, path, opened, rows), rows_to_mend(opened, rows.refused))


def today() -> date:
    """Return the local day."""
    return datetime.now(zone()).date()


def _report(register: Register, path: Path, opened: OpenedFile, rows: RowCollector) -> Report:
    in_french = register.headings().in_french
    return Report(
        file=path.name,
        sha256=opened.sha256,
        size=len(opened.file.raw),
        form=opened.sheet.form,
        columns={in_french[name]: heading for name, heading in opened.columns.used.items()},
        unused=opened.columns.unused,
        rows=rows.rows,
        refused=len(rows.refused.lines),
        duplicates=rows.duplicates,
        reasons=dict(rows.refused.reasons.most_common()),
        refusals=tuple(sorted(rows.refused.listed)),
    )
