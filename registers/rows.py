"""Turns the rows of a file into rows of the table, or into the reasons why they are refused.

Two rows with one key give nothing at all, since it is unknown which of them is right.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from operator import itemgetter
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
Read = Callable[[str], Values | Rejection]


class RowReader:
    """Reads rows of texts, one for each name of `names` in this order. today is the local day."""

    def __init__(self, register: Register, today: date) -> None:
        storable, readers = register.storable, register.readers(today)
        stored = [storable.key, *(one.name for one in storable.data)]
        self.names = tuple(readers)
        self._empty: list[Any] = [None if storable.table.c[name].nullable else "" for name in stored]
        self._more = stored.index(MORE)
        self._proofs = [stored.index(column) for name in storable.proofs for column in storable.columns[name].fills]
        self._plan: list[tuple[Read, tuple[int, ...], str]] = []
        for name, reader in readers.items():
            own = storable.columns.get(name)
            is_cached = own is None or own.form not in _UNCACHED
            read: Read = Once(reader.read).__getitem__ if is_cached else reader.read
            self._plan.append((read, tuple(map(stored.index, own.fills)) if own else (), name))

    def read(self, cells: Sequence[str]) -> tuple[str, StagedRow, tuple[Rejection, ...]]:
        """Return the key, "" if it is refused, then the values of the data columns, and why the row is refused."""
        found = self._empty.copy()
        wrong: tuple[Rejection, ...] = ()
        more: dict[str, str] = {}
        for text, (read, places, name) in zip(cells, self._plan, strict=True):
            values = read(text)
            if type(values) is Rejection:
                wrong += (values,)
            elif len(places) == 1:
                found[places[0]] = values[0]
            elif places:
                for place, value in zip(places, values, strict=True):
                    found[place] = value
            elif values[0] != "":
                more[name] = str(values[0])
        if more:
            found[self._more] = json.dumps(more, ensure_ascii=False, sort_keys=True)
        if not wrong and not any(found[place] for place in self._proofs):
            wrong += (NO_PROOF,)
        return found[0], tuple(found[1:]), wrong


class RowCollector:
    """The rows to store, and the refusals. `doubts` has those about the rows; used ones are removed."""

    def __init__(self, register: Register, columns: Columns, doubts: Doubts, today: date) -> None:
        self.rows, self.refused = 0, RefusedRows()
        self._reader, self._doubts, self._width = RowReader(register, today), doubts, columns.width
        places = [columns.places.get(name, columns.width) for name in self._reader.names]  # beyond the end: empty
        self._cells_of = itemgetter(*places)
        self._cells = DoubtfulCells(columns.places, register.headings().in_french, _allowed(register))
        self._staged: list[StagedRow] = []
        self._first: dict[str, int] = {}  # the first line of each key
        self._twice: set[str] = set()

    def take(self, rows: Iterable[Numbered]) -> None:
        """Add rows below the headings; empty rows are ignored."""
        width = self._width
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
                cells.append("")
                self._take_row(first, self._cells_of(cells))

    def _take_row(self, line: int, cells: Sequence[str]) -> None:
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
