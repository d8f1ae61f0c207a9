"""One sheet of a workbook as rows of text, as the office sees them, with the doubts about each row.

Numbers are rendered by their number format, merged cells are filled. What cannot be rendered is a doubt, which the
reader turns into a refusal if the cell is used.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

from python_calamine import CalamineSheet

from spreadsheets.cell_styles import CellStyles
from spreadsheets.merged_cells import MergedCells
from spreadsheets.number_formats import GENERAL, shown
from spreadsheets.sheet import Doubt, Doubts, File, Form, Numbered
from spreadsheets.sheet_findings import Findings

MAX_LINE: Final = 9_999_999  # beyond any line that a cell can name
EXACT: Final = 1e15  # a spreadsheet stores fifteen digits of a number and replaces the rest with zeros
FORMULA: Final = "une formule : copiez tout, puis « Collage spécial, Valeurs », et enregistrez"
MERGED: Final = "trop de cellules fusionnées : défusionnez-les toutes, ou exportez-le en CSV"
Cell = int | float | str | bool | time | date | timedelta
# Types that a spreadsheet makes of what was typed, or shows in the words of its own language.
_CHANGED: Final[Mapping[type, Doubt]] = {
    **dict.fromkeys((date, datetime, time, timedelta), "date"),
    bool: "format",
}
_NUMBERS: Final = frozenset({int, float})


class WorkbookSheet:
    """A Sheet over one sheet of a workbook; lines and columns are numbered as in the spreadsheet.

    `styles` are those of the workbook, `found` what calamine does not return of the sheet.
    """

    def __init__(self, file: File, sheet: CalamineSheet, styles: CellStyles, found: Findings) -> None:
        self._file, self._sheet, self._styles, self._found = file, sheet, styles, found
        self._given = 0
        self.form = Form(sheet=sheet.name)
        self.hidden_columns = found.hidden_columns
        self.doubts: Doubts = {}

    def rows(self) -> Iterator[Numbered]:
        """Yield the rows, with the empty columns at the left included. Raises FileBroken at the first formula."""
        self.doubts.clear()
        before: list[Cell] = [""] * (self._sheet.start or (0, 0))[1]
        merged, hidden = self._merged(), self._found.hidden_lines
        for line, cells in enumerate(self._sheet.iter_rows(), 1):
            self._check_formula(line)
            self._given = line
            row = before + cells if before else cells
            texts = [cell if type(cell) is str else _text(cell) for cell in row]
            doubts = [*self._rendered(line, row, texts), *merged.fill(line - 1, texts)]
            doubts.extend((column - 1, "error") for column in self._found.errors.get(line, ()))
            if line in hidden:
                doubts.append((0, "hidden row"))
            if doubts:
                self.doubts[line] = doubts
            yield line, line, texts
        self._check_formula(MAX_LINE)

    def _check_formula(self, line: int) -> None:
        if self._found.formula and line >= self._found.formula[0]:
            raise self._file.broken(FORMULA, *self._found.formula)

    def share(self) -> float:
        """Return the share of the rows read so far, from 0 to 1."""
        return self._given / self._sheet.total_height if self._sheet.total_height else 1.0

    def _merged(self) -> MergedCells:
        ranges, end = self._sheet.merged_cell_ranges or [], self._sheet.end or (0, 0)
        try:
            return MergedCells(ranges, end[0] + 1, end[1] + 1)
        except ValueError:
            raise self._file.broken(MERGED) from None

    def _rendered(self, line: int, row: Sequence[Cell], texts: list[str]) -> Iterator[tuple[int, Doubt]]:
        """Put what the number formats show into the texts, and yield the cells for which this cannot be said."""
        if not _CHANGED.keys().isdisjoint(map(type, row)):
            yield from ((place, _CHANGED[type(cell)]) for place, cell in enumerate(row) if type(cell) in _CHANGED)
        for column, style in self._found.styles.get(line, ()):
            cell = row[column - 1] if column <= len(row) else ""
            if cell == "":
                continue
            if style in self._styles.struck:
                yield column - 1, "struck"
            if not (isinstance(cell, str) or type(cell) in _NUMBERS):
                continue
            code = self._styles.formats.get(style, GENERAL)
            text = shown(code, cell)  # type: ignore[arg-type]  # a text or a number
            if text is None:
                yield column - 1, "format"
            else:
                texts[column - 1] = text


def _text(cell: Cell) -> str:
    """Return a number as it is typed. Dates, booleans and rounded numbers are put in brackets, so they are refused
    later.
    """
    if isinstance(cell, float) and abs(cell) < EXACT:
        return str(int(cell)) if cell.is_integer() else f"{cell:.10g}"
    return str(cell) if type(cell) in (str, int) else f"({cell})"
