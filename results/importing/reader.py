"""Reads a results file into results and a report; nothing is stored here.

The bytes are read once, so the checksum is that of the parsed bytes. They are parsed as a workbook or CSV (`excel`,
`csv_files`), the headings give the columns (`columns`), each row is checked against the exam (`row_rules`, `rows`), and
the results are counted (`counts`, `tally`).
"""

from __future__ import annotations

import hashlib
import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import dropwhile, islice
from pathlib import Path

from catalog.entries import Exam
from results.importing import csv_files, excel
from results.importing.columns import MAX_TITLE_ROWS, Columns, find_columns, missing_columns
from results.importing.counts import Counts, count_verdicts, notable_changes
from results.importing.file_kinds import foreign_kind
from results.importing.layout import Layout
from results.importing.row_rules import RowValidator
from results.importing.rows import Result, RowCollector
from results.importing.sheet import File, FileBroken, Numbered, Sheet, printable
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
    intake = RowCollector(columns, RowValidator(exam, layout), sheet.doubts)
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
    if not csv_files.without_end_sign(file.raw).strip():
        raise file.broken("fichier vide")
    if kind := foreign_kind(file.raw):
        raise file.broken(kind)
    return file


def _opened(file: File, layout: Layout) -> tuple[Sheet, Columns]:
    """Return the only sheet that has the required headings, and its columns. Raises FileBroken if there is none, or
    another one.
    """
    heads: list[list[Numbered]] = []
    unreadable: FileBroken | None = None
    sheets = excel.visible_sheets(file) if file.raw.startswith(excel.ARCHIVE) else csv_files.csv_sheets(file)
    for sheet in sheets:
        head, broken = _head(sheet)
        if columns := find_columns(file, head, layout):
            _check_hidden(file, sheet, columns)
            _check_others(file, sheet, columns, sheets, layout)
            return sheet, columns
        if broken and sheet.form.sheet:
            raise broken
        unreadable = unreadable or broken  # wrong quotes may be right with another separator
        heads.append(head)
    raise unreadable if unreadable and not any(heads) else missing_columns(file, heads, layout)


def _head(sheet: Sheet) -> tuple[list[Numbered], FileBroken | None]:
    """Return the first rows of a sheet, up to an error."""
    head: list[Numbered] = []
    try:
        for row in islice(sheet.rows(), MAX_TITLE_ROWS):
            head.append(row)  # one by one: the rows before an error are kept
    except FileBroken as broken:
        return head, broken
    return head, None


def _check_hidden(file: File, sheet: Sheet, columns: Columns) -> None:
    for place in sorted(columns.places.values()):
        if place + 1 in sheet.hidden_columns:
            what = "cette colonne est masquée : affichez-la pour que Zin la lise, ou supprimez-la"
            raise file.broken(what, columns.line, place + 1)


def _check_others(file: File, sheet: Sheet, columns: Columns, others: Iterable[Sheet], layout: Layout) -> None:
    """Raise FileBroken if another sheet of the workbook has results, too: nobody says which of the two counts."""
    for other in others if sheet.form.sheet else ():
        if _has_results(file, other, layout):
            what = f"deux feuilles ont des résultats, « {printable(sheet.form.sheet)} » et"
            what += f" « {printable(other.form.sheet)} » : réunissez-les, ou supprimez celle qui ne compte pas"
            raise file.broken(what, columns.line)


def _has_results(file: File, sheet: Sheet, layout: Layout) -> bool:
    head, _ = _head(sheet)
    try:
        found = find_columns(file, head, layout)
    except FileBroken:  # headings that are not clear are headings
        return True
    return found is not None and any(line > found.line and any(map(str.strip, cells)) for line, _, cells in head)


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
