"""Collects rows into results, and the reasons why other rows are refused.

A duplicate seat number gives no result at all, since it is unknown which of its rows is right.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from functools import partial
from operator import itemgetter
from typing import Final, NamedTuple

from results.importing.headings import FIELDS, FRENCH_NAMES, FieldName
from results.importing.other_rows import other_row
from results.importing.row_rules import RowValidator
from spreadsheets.columns import Columns
from spreadsheets.doubts import Allowed, DoubtfulCells
from spreadsheets.refused_rows import Once, RefusedRows, Rejection, uneven
from spreadsheets.sheet import Doubts, Numbered

TWICE = "numéro de table en double"
_SAID: tuple[FieldName, ...] = ("verdict", "mention", "series", "mark")


class Result(NamedTuple):
    """One candidate's result as it is stored. `mark` is out of 20; "" means not given. Its repr hides the content."""

    seat: str
    verdict: str
    mention: str
    series: str
    mark: Decimal | None
    centre: str
    department: str

    def __repr__(self) -> str:
        return "Result(...)"


# A centre that is written once for many candidates is filled in; a verdict is not, since each candidate has one. The
# mark is read as it is stored, because only checks use it.
_ALLOWED: Final[Allowed] = {
    "format": frozenset({"mark"}),
    "merged above": frozenset({"series", "centre", "department"}),
    "merged beside": frozenset({"mention", "mark"}),  # « Absent » over both columns
}


class RowCollector:
    """The results and refusals of the rows added so far. `doubts` has those about the rows; used ones are removed."""

    def __init__(self, columns: Columns, judge: RowValidator, doubts: Doubts) -> None:
        self.rows = 0
        self.refused = RefusedRows()
        self._results: list[Result] = []
        self._first: dict[str, int] = {}  # the first line of each seat number
        self._twice: set[str] = set()
        self._width, self._judge, self._doubts = columns.width, judge, doubts
        self._cells = DoubtfulCells(columns.places, FRENCH_NAMES, _ALLOWED)
        place = {field: columns.places.get(field, columns.width) for field in FIELDS}  # the cell after the end is empty
        self._seat, self._verdict = place["seat"], place["verdict"]
        self._said = itemgetter(*(place[field] for field in _SAID))
        self._centre, self._department = place["centre"], place["department"]
        self._judged = Once(judge.judge)
        self._centres = Once(partial(judge.name, "centre"))
        self._departments = Once(partial(judge.name, "department"))

    @property
    def duplicates(self) -> int:
        """How many seat numbers occur more than once."""
        return len(self._twice)

    def results(self) -> list[Result]:
        """Return the valid results, without duplicate seats."""
        return [one for one in self._results if one.seat not in self._twice] if self._twice else self._results

    def take(self, rows: Iterable[Numbered]) -> None:
        """Add rows below the headings; empty rows are ignored."""
        width, is_kept = self._width, self._judge.is_accepted
        for first, last, cells in rows:
            wrong = () if len(cells) == width and first == last else uneven(cells, width, first, last)
            if self._doubts and (doubts := self._doubts.pop(first, None)):
                wrong += self._cells.rejections(doubts)
            cells.append("")
            written = cells[self._seat]
            seat = written if is_kept(written) else ""
            if not seat and not any(map(str.strip, cells)):
                continue
            self.rows += 1
            if wrong:  # its values may be in wrong columns: do not check them
                self._refuse_row(first, cells, wrong)
            elif seat:
                self._weigh(first, seat, (), cells)
            else:
                self._weigh(first, *self._judge.seat(written), cells)

    def _weigh(self, line: int, seat: str, wrong: tuple[Rejection, ...], cells: list[str]) -> None:
        judged = self._judged[self._said(cells)]
        centre, wrong_centre = self._centres[cells[self._centre]]
        department, wrong_department = self._departments[cells[self._department]]
        if found := wrong + judged.wrong + wrong_centre + wrong_department:
            self._refuse_row(line, cells, found)
        else:
            self._results.append(Result(seat, *judged.said, centre, department))
        if seat and (before := self._first.setdefault(seat, line)) != line:
            self._met_again(seat, before, line)

    def _met_again(self, seat: str, before: int, line: int) -> None:
        if seat not in self._twice:
            self._twice.add(seat)
            self.refused.add(before, (Rejection(TWICE, f"encore ligne {line}"),))
        self.refused.add(line, (Rejection(TWICE, f"déjà ligne {before}"),))

    def _refuse_row(self, line: int, cells: list[str], wrong: tuple[Rejection, ...]) -> None:
        other = other_row(cells, cells[self._seat], cells[self._verdict])
        self.refused.add(line, (other,) if other else wrong)
