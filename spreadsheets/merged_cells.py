"""Fills merged cells: what a spreadsheet shows over a merged range is the value of its first cell.

Below the first cell the value is filled in, because a centre is often written once for all its candidates. Beside it
nothing is filled in. Source: ECMA-376 part 1, 18.3.1.55 (mergeCell).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from spreadsheets.sheet import Doubt

MAX_COVERED: Final = 10_000_000  # cells of all merged ranges together
Range = tuple[tuple[int, int], tuple[int, int]]  # its first and last cell: line and column from 0


class MergedCells:
    """The merged ranges of a sheet of this size, in lines and columns. Raises ValueError if they cover too much."""

    def __init__(self, ranges: Sequence[Range], lines: int, columns: int) -> None:
        self._begin: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
        self._open: list[tuple[int, int, int, str]] = []  # last line, first and last column, and the text
        covered = 0
        for (top, left), end in ranges:
            bottom, right = min(end[0], lines - 1), min(end[1], columns - 1)
            covered += max(0, bottom - top + 1) * max(0, right - left + 1)
            if covered > MAX_COVERED:
                raise ValueError("merged ranges that cover too much")
            self._begin[top].append((bottom, left, right))

    def fill(self, line: int, cells: list[str]) -> list[tuple[int, Doubt]]:
        """Fill in the cells of this line, from 0, and return their doubts; an empty line stays empty.

        Lines must come in order.
        """
        if not self._open and line not in self._begin:
            return []
        doubts: list[tuple[int, Doubt]] = []
        self._open = [one for one in self._open if one[0] >= line]
        if not any(map(str.strip, cells)):
            return doubts
        for _, left, right, text in self._open:
            cells[left] = text
            doubts.append((left, "merged above"))
            doubts.extend((place, "merged beside") for place in range(left + 1, right + 1))
        for bottom, left, right in self._begin.get(line, ()):
            if left < len(cells) and cells[left].strip():
                self._open.append((bottom, left, right, cells[left]))
                doubts.extend((place, "merged beside") for place in range(left + 1, right + 1))
        return doubts
