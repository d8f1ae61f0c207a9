"""Turns the rows of a file into rows of the table, or into the reasons why they are refused.

Two rows with one key give nothing at all, since it is unknown which of them is right.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from registers.cells import Values
from registers.register import Register
from registers.storable import MORE
from spreadsheets.columns import Columns
from spreadsheets.doubts import Allowed, DoubtfulCells
from spreadsheets.refused_rows import Once, RefusedRows, Rejection, uneven
from spreadsheets.sheet import Doubts, Numbered

TWICE: Final = "clé en double"
NO_PROOF: Final = Rejection("ligne que personne ne pourrait lire", "il faut un téléphone ou une date de naissance")
_UNCACHED: Final = frozenset({"code", "phone_tail"})  # nearly every row has another
StagedRow = tuple[Any, ...]


class RowReader:
    """Reads rows of texts by the names of their columns. today is the day in Benin."""

    def __init__(self, register: Register, today: date) -> None:
        self._register, storable = register, register.storable
        readers = register.readers(today)
        forms = {name: one.form for name, one in storable.columns.items()}
        self._read = {
            name: one.read if forms.get(name) in _UNCACHED else Once(one.read).__getitem__
            for name, one in readers.items()
        }
        self._fills = {name: one.fills for name, one in storable.columns.items()}
        self._key = storable.key
        self._data = [one.name for one in storable.data]
        self._empty = {one.name: None if one.nullable else "" for one in storable.data}
        self._proofs = [column for name in storable.proofs for column in storable.columns[name].fills]

    def read(self, cells: Mapping[str, str]) -> tuple[str, StagedRow, tuple[Rejection, ...]]:
        """Return the key, "" if it is refused, then the values of the data columns, and why the row is refused."""
        found: dict[str, Any] = dict(self._empty)
        more: dict[str, str] = {}
        wrong: list[Rejection] = []
        for name, read in self._read.items():
            values = read(cells.get(name, ""))
            if isinstance(values, Rejection):
                wrong.append(values)
            else:
                self._fill(name, values, found, more)
        found[MORE] = json.dumps(more, ensure_ascii=False, sort_keys=True) if more else ""
        if not wrong and not any(found[column] for column in self._proofs):
            wrong.append(NO_PROOF)
        return found.get(self._key) or "", tuple(map(found.__getitem__, self._data)), tuple(wrong)

    def _fill(self, name: str, values: Values, found: dict[str, Any], more: dict[str, str]) -> None:
        if fills := self._fills.get(name):
            found.update(zip(fills, values, strict=True))
        elif values[0] != "":
            more[name] = str(values[0])


class RowCollector:
    """The rows to store, and the refusals. `doubts` has those about the rows; used ones are removed."""

    def __init__(self, register: Register, columns: Columns, doubts: Doubts, today: date) -> None:
        self.rows, self.refused = 0, RefusedRows()
        self._reader, self._doubts, self._columns = RowReader(register, today), doubts, columns
        self._cells = DoubtfulCells(columns.places, register.headings().in_french, _allowed(register))
        self._staged: list[StagedRow] = []
        self._first: dict[str, int] = {}  # the first line of each key
        self._twice: set[str] = set()

    def take(self, rows: Iterable[Numbered]) -> None:
        """Add rows below the headings; empty rows are ignored."""
        width, places = self._columns.width, self._columns.places
        for first, last, cells in rows:
            wrong = () if len(cells) == width and first == last else uneven(cells, width, first, last)
            if self._doubts and (doubts := self._doubts.pop(first, None)):
                wrong += self._cells.rejections(doubts)
            if not any(map(str.strip, cells)):
                continue
            self.rows += 1
            if wrong:  # its values may be in wrong columns: do not check them
                self.refused.add(first, wrong)
            else:
                self._take_row(first, {name: cells[place] for name, place in places.items()})

    def _take_row(self, line: int, cells: Mapping[str, str]) -> None:
        code, values, wrong = self._reader.read(cells)
        if wrong:
            self.refused.add(line, wrong)
        else:
            self._staged.append((code, *values, line))
        if code and (before := self._first.setdefault(code, line)) != line:
            if code not in self._twice:
                self._twice.add(code)
                self.refused.add(before, (Rejection(TWICE, f"encore ligne {line}"),))
            self.refused.add(line, (Rejection(TWICE, f"déjà ligne {before}"),))

    @property
    def duplicates(self) -> int:
        """How many keys occur more than once."""
        return len(self._twice)

    def staged(self) -> list[StagedRow]:
        """Return the rows to store: the key, the data columns of the table in their order, and the line."""
        return self._staged


def _allowed(register: Register) -> Allowed:
    """Dates are read as a spreadsheet stores them; what is written once for many rows is filled in."""
    columns = register.storable.columns
    forms = {name: columns[name].form if name in columns else one.form for name, one in register.file.columns.items()}
    dates = frozenset(name for name, form in forms.items() if form in ("date", "birth"))
    shared = frozenset(name for name, form in forms.items() if form in ("text", "status", "choice"))
    return {"date": dates, "merged above": shared}
