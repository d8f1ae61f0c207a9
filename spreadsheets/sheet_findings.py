"""What is found in the XML of a sheet, and the limit of its size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

MAX_CELLS: Final = 10_000_000  # of 32 bytes each, all in memory at once: the largest exam has 272 000 rows
MAX_COLUMN: Final = 16_384


class SheetRefused(Exception):
    """A sheet that is not read: the reason in French, and the line and column of the cell."""

    def __init__(self, why: str, line: int = 1, column: int = 1) -> None:
        super().__init__(why)
        self.line, self.column = line, column


@dataclass(slots=True)
class Findings:
    """What a parser does not return of a sheet. Lines and columns count from 1.

    `styles` has the cells of the styles that were asked for: their column and style, by line. `errors` has the columns
    of errors of a calculation, such as #N/A, by line. `formula` is the place of the first formula.
    """

    styles: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    errors: dict[int, list[int]] = field(default_factory=dict)
    hidden_lines: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    formula: tuple[int, int] | None = None
    last_line: int = 0
    last_column: int = 0
    _shared: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)  # one object for equal cells

    def reach(self, line: int, column: int) -> None:
        """Note that the sheet has a cell here. Raises SheetRefused if it becomes too large."""
        self.last_line, self.last_column = max(self.last_line, line), max(self.last_column, column)
        if self.last_line * self.last_column > MAX_CELLS:
            what = "cette feuille va jusqu'à cette case : supprimez les lignes et les colonnes qui dépassent du tableau"
            raise SheetRefused(what, self.last_line, self.last_column)

    def style(self, line: int, column: int, style: int) -> None:
        """Note the style of a cell."""
        cell = (column, style)
        self.styles.setdefault(line, []).append(self._shared.setdefault(cell, cell))

    def kind(self, line: int, column: int, kind: str) -> None:
        """Note the kind of a cell: "e" is an error of a calculation."""
        if kind == "e":
            self.errors.setdefault(line, []).append(column)

    def hide(self, kind: str, given: Mapping[str, str], line: int) -> None:
        """Note a row, or columns, that are hidden."""
        if given.get("hidden") not in ("1", "true"):
            return
        if kind == "row":
            self.hidden_lines.add(line)
        else:
            first, last = int(given["min"]), int(given["max"])
            self.hidden_columns.update(range(first, min(last, MAX_COLUMN) + 1))
