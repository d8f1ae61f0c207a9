"""Opens a file: its bytes, and the one sheet that has the required headings.

The bytes are read once, so the checksum is that of the parsed bytes.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import dropwhile, islice
from pathlib import Path
from typing import Final

from spreadsheets import csv_files, excel
from spreadsheets.columns import MAX_TITLE_ROWS, Columns, find_columns, missing_columns
from spreadsheets.file_kinds import foreign_kind
from spreadsheets.headings import Headings
from spreadsheets.sheet import File, FileBroken, Numbered, Sheet, printable

MAX_BYTES: Final = 100_000_000  # all in memory at once: three times the largest exam
MAX_ROWS: Final = 600_000  # twice the largest exam
BATCH: Final = 2_000  # rows between two progress checks
STEPS: Final = 100  # maximum number of progress calls
Progress = Callable[[float], object]


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """A file with the sheet that has the required headings, and its columns."""

    file: File
    sheet: Sheet
    columns: Columns

    @property
    def sha256(self) -> str:
        """The checksum of the bytes."""
        return hashlib.file_digest(io.BytesIO(self.file.raw), "sha256").hexdigest()

    def batches(self, progress: Progress) -> Iterator[list[Numbered]]:
        """Yield all rows below the headings in batches, and report progress at most STEPS times."""
        rows, reported = dropwhile(lambda row: row[0] <= self.columns.line, self.sheet.rows()), 0
        while batch := list(islice(rows, BATCH)):
            yield batch
            if (done := int(self.sheet.share() * (STEPS - 1))) > reported:
                progress(done / STEPS)
                reported = done
        progress(1.0)

    def check_rows(self, many: int, line: int, advice: str) -> None:
        """Raise FileBroken at this line if the file has more rows than are read."""
        if many > MAX_ROWS:
            raise self.file.broken(f"plus de {MAX_ROWS // 1000} 000 lignes : {advice}", line)


def open_file(path: Path, headings: Headings, advice: str) -> OpenedFile:
    """Return the file with the only sheet that has the required headings.

    `advice` says what to leave in a file that is too large. Raises FileBroken if there is no such sheet, or another
    one.
    """
    file = _read(path, advice)
    heads: list[list[Numbered]] = []
    unreadable: FileBroken | None = None
    sheets = excel.visible_sheets(file) if file.raw.startswith(excel.ARCHIVE) else csv_files.csv_sheets(file)
    for sheet in sheets:
        head, broken = _head(sheet)
        if columns := find_columns(file, head, headings):
            _check_hidden(file, sheet, columns)
            _check_others(OpenedFile(file, sheet, columns), sheets, headings)
            return OpenedFile(file, sheet, columns)
        if broken and sheet.form.sheet:
            raise broken
        unreadable = unreadable or broken  # wrong quotes may be right with another separator
        heads.append(head)
    raise unreadable if unreadable and not any(heads) else missing_columns(file, heads, headings)


def _read(path: Path, advice: str) -> File:
    """Return the bytes of the file. Raises FileBroken if it is missing, empty or too large."""
    nothing = File(str(path), b"")
    try:
        if not path.is_file():
            raise nothing.broken("ce n'est pas un fichier, ou il n'existe pas")
        if path.stat().st_size > MAX_BYTES:
            raise nothing.broken(f"fichier trop gros : {MAX_BYTES // 1_000_000} Mo au plus ; {advice}")
        file = File(str(path), path.read_bytes())
    except OSError as error:
        raise nothing.broken(f"lecture impossible : {error.strerror}") from error
    if not csv_files.without_end_sign(file.raw).strip():
        raise file.broken("fichier vide")
    if kind := foreign_kind(file.raw):
        raise file.broken(kind)
    return file


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


def _check_others(opened: OpenedFile, others: Iterable[Sheet], headings: Headings) -> None:
    """Raise FileBroken if another sheet of the workbook has such rows, too: nobody says which of the two counts."""
    form = opened.sheet.form
    for other in others if form.sheet else ():
        if _has_rows(opened.file, other, headings):
            what = f"deux feuilles ont un tableau à lire, « {printable(form.sheet)} » et"
            what += f" « {printable(other.form.sheet)} » : réunissez-les, ou supprimez celle qui ne compte pas"
            raise opened.file.broken(what, opened.columns.line)


def _has_rows(file: File, sheet: Sheet, headings: Headings) -> bool:
    head, _ = _head(sheet)
    try:
        found = find_columns(file, head, headings)
    except FileBroken:  # headings that are not clear are headings
        return True
    return found is not None and any(line > found.line and any(map(str.strip, cells)) for line, _, cells in head)
