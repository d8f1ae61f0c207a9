"""Reads a results file into results and a report; nothing is stored here.

The bytes are read once, so the checksum is that of the parsed bytes. They are parsed as a workbook or CSV (`excel`,
`csv_files`), the headings give the columns (`columns`), each row is checked against the exam (`row_rules`, `rows`), and
the results are counted (`counts`, `tally`).
"""

from __future__ import annotations

import hashlib
import io
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import dropwhile, islice
from pathlib import Path

from catalog.entries import Exam
from results.importing import csv_files, excel
from results.importing.columns import MAX_TITLE_ROWS, Columns, find_columns, missing_columns
from results.importing.counts import Counts, count_verdicts, notable_changes
from results.importing.layout import Layout
from results.importing.row_rules import RowValidator
from results.importing.rows import Result, RowCollector
from results.importing.sheet import File, FileBroken, Numbered, Sheet
from results.importing.tally import Report

MAX_BYTES = 100_000_000  # all in memory at once: three times the largest exam
MAX_ROWS = 600_000  # twice the largest exam
BATCH = 2_000  # rows between two progress checks
STEPS = 100  # maximum number of progress calls

Progress = Callable[[float], object]


@dataclass(frozen=True, slots=True)
class Read:
    """The valid results, and the report on the whole file."""

    results: list[Result] = field(repr=False)
    report: Report


def read_results(
    path: Path, exam: Exam, layout: Layout, *, before: Counts | None = None, progress: Progress = lambda share: None
) -> Read:
    """Read the results in this file, checked against the exam and the layout. Raises FileBroken if it cannot be read.

    `before` has the counts of an earlier report to compare with. `progress` is called with the share done, from 0 to 1.
    """
    file = _taken(path)
    sheet, columns = _opened(file, layout)
    intake = RowCollector(columns, RowValidator(exam, layout))
    _take_in(file, intake, dropwhile(lambda row: row[0] <= columns.line, sheet.rows()), sheet, progress)
    if not intake.rows:
        raise file.broken("aucun résultat sous les titres de cette ligne", columns.line)
    results = intake.results()
    return Read(results, _report(_Parsed(path, file, sheet, columns, intake), exam, results, before))


@dataclass(frozen=True, slots=True)
class _Parsed:
    """A file whose rows have been collected."""

    path: Path
    file: File
    sheet: Sheet
    columns: Columns
    intake: RowCollector


def _report(parsed: _Parsed, exam: Exam, results: list[Result], before: Counts | None) -> Report:
    raw, columns, intake = parsed.file.raw, parsed.columns, parsed.intake
    counts = count_verdicts(results)
    return Report(
        file=parsed.path.name,
        exam=exam.name,
        sha256=hashlib.file_digest(io.BytesIO(raw), "sha256").hexdigest(),
        size=len(raw),
        form=parsed.sheet.form,
        columns=columns.used,
        personal=columns.personal,
        unused=columns.unused,
        rows=intake.rows,
        accepted=len(results),
        refused=len(intake.refused),
        duplicates=intake.duplicates,
        reasons=dict(intake.reasons.most_common()),
        refusals=tuple(sorted(intake.refusals)),
        seat_lengths={str(length): count for length, count in Counter(len(one.seat) for one in results).most_common()},
        verdicts={name: verdict.say for name, verdict in exam.verdicts.items()},
        counts=counts,
        before=before,
        moves=tuple(notable_changes(before, counts)) if before else (),
    )


def _taken(path: Path) -> File:
    """Return the bytes of the file. Raises FileBroken if it is missing, empty or too large."""
    nothing = File(str(path), b"")
    try:
        if not path.is_file():
            raise nothing.broken("ce n'est pas un fichier, ou il n'existe pas")
        if path.stat().st_size > MAX_BYTES:
            raise nothing.broken(f"fichier trop gros : {MAX_BYTES // 1_000_000} Mo au plus ; n'y laissez qu'un examen")
        file = File(str(path), path.read_bytes())
    except OSError as error:
        raise nothing.broken(f"lecture impossible : {error.strerror}") from error
    if not file.raw.strip():
        raise file.broken("fichier vide")
    if file.raw.startswith(excel.OLD_EXCEL):
        raise file.broken(
            "vieux classeur (.xls), ou protégé par un mot de passe : enregistrez-le en XLSX sans mot de passe"
        )
    return file


def _opened(file: File, layout: Layout) -> tuple[Sheet, Columns]:
    """Return the first sheet that has the required headings, and its columns. Raises FileBroken if there is none."""
    heads: list[list[Numbered]] = []
    unreadable: FileBroken | None = None
    ways = excel.visible_sheets(file) if file.raw.startswith(excel.ARCHIVE) else csv_files.csv_sheets(file)
    for sheet in ways:
        head: list[Numbered] = []
        try:
            for row in islice(sheet.rows(), MAX_TITLE_ROWS):
                head.append(row)  # one by one: the rows before an error are kept
        except FileBroken as broken:  # wrong quotes may be right with another separator
            unreadable = unreadable or broken
        if columns := find_columns(file, head, layout):
            return sheet, columns
        heads.append(head)
    raise unreadable if unreadable and not any(heads) else missing_columns(file, heads, layout)


def _take_in(file: File, intake: RowCollector, rows: Iterator[Numbered], sheet: Sheet, progress: Progress) -> None:
    """Collect all rows, and report progress at most STEPS times."""
    reported = 0
    while batch := list(islice(rows, BATCH)):
        intake.take(batch)
        if intake.rows > MAX_ROWS:
            raise file.broken(f"plus de {MAX_ROWS // 1000} 000 lignes : n'y laissez qu'un examen", batch[-1][0])
        if (done := int(sheet.share() * (STEPS - 1))) > reported:
            progress(done / STEPS)
            reported = done
    progress(1.0)
