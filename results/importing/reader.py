"""Reads a results file into results and a report; nothing is stored here.

The file is opened as a workbook or CSV with the headings of results (`spreadsheets/`, `headings`), each row is checked
against the exam (`row_rules`, `rows`), and the results are counted (`counts`, `tally`).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from catalog.entries import Exam
from results.importing.counts import Counts, count_verdicts, notable_changes
from results.importing.headings import is_personal, results_headings
from results.importing.layout import Layout
from results.importing.row_rules import RowValidator
from results.importing.rows import Result, RowCollector
from results.importing.tally import Report
from spreadsheets.opened_file import OpenedFile, Progress, open_file
from spreadsheets.rows_to_mend import RowsToMend, rows_to_mend

ADVICE = "n'y laissez qu'un examen"


@dataclass(frozen=True, slots=True)
class Read:
    """The valid results, the report on the whole file, and its refused rows."""

    results: list[Result] = field(repr=False)
    report: Report
    to_mend: RowsToMend = field(default_factory=RowsToMend, repr=False)


def read_results(
    path: Path, exam: Exam, layout: Layout, *, before: Counts | None = None, progress: Progress = lambda share: None
) -> Read:
    """Read the results in this file, checked against the exam and the layout. Raises FileBroken if it cannot be read.

    `before` has the counts of an earlier report to compare with. `progress` is called with the share done, from 0 to 1.
    """
    opened = open_file(path, results_headings(layout.columns), ADVICE)
    intake = RowCollector(opened.columns, RowValidator(exam, layout), opened.sheet.doubts)
    for batch in opened.batches(progress):
        intake.take(batch)
        opened.check_rows(intake.rows, batch[-1][0], ADVICE)
    if not intake.rows:
        raise opened.file.broken("aucun résultat sous les titres de cette ligne", opened.columns.line)
    results = intake.results()
    report = _report(_Parsed(path, opened, intake), exam, results, before)
    return Read(results, report, rows_to_mend(opened, intake.refused))


@dataclass(frozen=True, slots=True)
class _Parsed:
    """A file whose rows have been collected."""

    path: Path
    opened: OpenedFile
    intake: RowCollector


def _report(parsed: _Parsed, exam: Exam, results: list[Result], before: Counts | None) -> Report:
    opened, columns, intake = parsed.opened, parsed.opened.columns, parsed.intake
    counts = count_verdicts(results)
    return Report(
        file=parsed.path.name,
        exam=exam.name,
        sha256=opened.sha256,
        size=len(opened.file.raw),
        form=opened.sheet.form,
        columns=columns.used,
        personal=tuple(heading for heading in columns.unused if is_personal(heading)),
        unused=tuple(heading for heading in columns.unused if not is_personal(heading)),
        rows=intake.rows,
        accepted=len(results),
        refused=len(intake.refused.lines),
        duplicates=intake.duplicates,
        reasons=dict(intake.refused.reasons.most_common()),
        refusals=tuple(sorted(intake.refused.listed)),
        seat_lengths={str(length): count for length, count in Counter(len(one.seat) for one in results).most_common()},
        verdicts={name: verdict.say for name, verdict in exam.verdicts.items()},
        counts=counts,
        before=before,
        moves=tuple(notable_changes(before, counts)) if before else (),
    )
