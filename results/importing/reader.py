"""A results file from its bytes to results and their report; nothing is stored here.

The bytes are taken once: what is digested is what is read. They are understood as a workbook or as CSV (`workbook`,
`separated`), the row of headings says what stands where (`columns`), each row is held against the exam (`judging`,
`rows`), and what was found is counted (`counts`, `report`).
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

MAX_BYTES = 100_000_000  # bytes, all in memory at once: three times the greatest exam
MAX_ROWS = 600_000  # twice the greatest exam
BATCH = 2_000  # rows between two looks at how far this is
STEPS = 100  # of progress, at most

Progress = Callable[[float], object]


@dataclass(frozen=True, slots=True)
class Read:
    """The results that can stand, and the report on the whole file."""

    results: list[Result] = field(repr=False)
    report: Report


def read_results(
    path: Path, exam: Exam, layout: Layout, *, before: Counts | None = None, progress: Progress = lambda share: None
) -> Read:
    """The results in this file, held against the exam and the layout. Raises FileBroken when it cannot be read.

    before are the counts of a report that these are to be held beside. progress is told the share done, from 0 to 1.
    """
    file = _taken(path)
    sheet, columns = _opened(file, layout)
    intake = RowCollector(columns, RowValidator(exam, layout))
    _take_in(file, intake, dropwhile(lambda row: row[0] <= columns.line, sheet.rows()), sheet, progress)
    if not intake.rows:
        raise file.broken("aucun résultat sous les titres de cette ligne", columns.line)
    results = intake.results()
    counts = count_verdicts(results)
    report = Report(
        file=path.name,
        exam=exam.name,
        sha256=hashlib.file_digest(io.BytesIO(file.raw), "sha256").hexdigest(),
        size=len(file.raw),
        form=sheet.form,
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
    return Read(results, report)


def _taken(path: Path) -> File:
    """The bytes of the file. Raises FileBroken when there are none, or too many."""
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
    """The first way of reading the file that shows the headings needed. Raises FileBroken when there is none."""
    heads: list[list[Numbered]] = []
    unreadable: FileBroken | None = None
    ways = excel.visible_sheets(file) if file.raw.startswith(excel.ARCHIVE) else csv_files.csv_sheets(file)
    for sheet in ways:
        head: list[Numbered] = []
        try:
            for row in islice(sheet.rows(), MAX_TITLE_ROWS):
                head.append(row)  # one by one: those above what cannot be read are kept
        except FileBroken as broken:  # by quotes, which another separator may make sense of
            unreadable = unreadable or broken
        if columns := find_columns(file, head, layout):
            return sheet, columns
        heads.append(head)
    raise unreadable if unreadable and not any(heads) else missing_columns(file, heads, layout)


def _take_in(file: File, intake: RowCollector, rows: Iterator[Numbered], sheet: Sheet, progress: Progress) -> None:
    """Take all rows in, telling how far this is STEPS times at most."""
    told = 0
    while batch := list(islice(rows, BATCH)):
        intake.take(batch)
        if intake.rows > MAX_ROWS:
            raise file.broken(f"plus de {MAX_ROWS // 1000} 000 lignes : n'y laissez qu'un examen", batch[-1][0])
        if (done := int(sheet.share() * (STEPS - 1))) > told:
            progress(done / STEPS)
            told = done
    progress(1.0)
