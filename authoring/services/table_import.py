"""Reads services from CSV or XLSX: one service a row, what each column has is said by its heading."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from authoring.services.columns import ID, about, headings, is_list, split
from authoring.services.record import ABOUT, PLAIN, Origin, Record, Records, fact
from catalog.facts import FACTS
from spreadsheets.cell_texts import is_damaged, one_line
from spreadsheets.doubts import DoubtfulCells
from spreadsheets.opened_file import OpenedFile, open_file
from spreadsheets.refused_rows import Rejection, uneven
from spreadsheets.sheet import Numbered, printable
from state.country import country

ADVICE: Final = "coupez-le, et importez les morceaux l'un après l'autre"
ONE_LINE: Final = "une case tient sur plusieurs lignes"
_AMOUNT: Final = r"([0-9]{1,3}(?: ?[0-9]{3})*)(?:[.,]0+)?"
_FREE: Final = frozenset({"gratuit", "gratuite", "néant", "0"})
_DAY: Final = re.compile(r"([0-9]{1,2})[/.]([0-9]{1,2})[/.]([0-9]{4})", re.ASCII)
_BY_SPREADSHEET: Final = re.compile(r"\(?([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[ T]00:00:00)?\)?")


def read_table(path: Path, origin: Origin) -> Records:
    """Read a table. Raises FileBroken if it cannot be read at all."""
    opened = open_file(path, headings(), ADVICE)
    reader = _Rows(opened, origin)
    for batch in opened.batches(lambda _: None):
        for row in batch:
            reader.take(row)
        opened.check_rows(len(reader.found), batch[-1][0], ADVICE)
    if not reader.found and not reader.refused:
        raise opened.file.broken("aucun service sous les titres de cette ligne", opened.columns.line)
    return Records(opened.sha256, tuple(reader.found), tuple(reader.refused), opened.columns.unused)


class _Rows:
    """The services of the rows that were taken, and what is refused of them."""

    def __init__(self, opened: OpenedFile, origin: Origin) -> None:
        self.found: list[Record] = []
        self.refused: list[str] = []
        self._columns, self._doubts, self._origin = opened.columns, opened.sheet.doubts, origin
        known = headings().in_french
        dates = frozenset(name for name in known if name.endswith(("as_of", "until")))
        self._cells = DoubtfulCells(opened.columns.places, known, {"date": dates})

    def take(self, row: Numbered) -> None:
        """Add a row; an empty one is ignored."""
        first, last, cells = row
        if not any(map(str.strip, cells)):
            return
        wrong = [one for one in uneven(cells, self._columns.width, first, last) if not one.reason.startswith(ONE_LINE)]
        wrong += self._cells.rejections(self._doubts.pop(first, ()))
        texts = {name: cells[place] for name, place in self._columns.places.items() if cells[place].strip()}
        wrong += [Rejection("signes abîmés", f"« {printable(text)} »") for text in texts.values() if is_damaged(text)]
        if wrong:
            self.refused += [f"ligne {first} : {one.reason} ; {one.detail}" for one in wrong]
        elif texts:
            self.found.append(Record(f"ligne {first}", dict(_fields(texts, self._origin)), texts.get(ID, "").strip()))


def _fields(cells: Mapping[str, str], origin: Origin) -> Iterator[tuple[str, Any]]:
    """Yield the keys of an entry that the cells of a row fill."""
    for name in PLAIN:
        if name in cells:
            yield name, _list(cells[name]) if is_list(name) else one_line(cells[name])
    of_row = Origin(one_line(cells.get("source", "")) or origin.source, _date(cells.get("as_of", "")) or origin.as_of)
    for name in FACTS:
        if name in cells:
            said = {key: _said(key, cells.get(about(name, key), "")) for key in ABOUT[1:]}
            key, value = _value(name, cells[name])
            yield key, fact(value, said, of_row)


def _value(name: str, written: str) -> tuple[str, Any]:
    """Return the key and the value of a fact: a price in words is a scale of prices."""
    if name == "documents":
        return name, _list(written)
    text = one_line(written)
    if name != "cost":
        return name, text
    if text.lower() in _FREE:
        return name, "0"
    units = "|".join(map(re.escape, country().currency.spellings))
    found = re.fullmatch(rf"{_AMOUNT}(?: ?(?:{units}))?", text, re.ASCII | re.IGNORECASE)
    return (name, str(int(found[1].replace(" ", "")))) if found else ("rates", text)


def _said(key: str, written: str) -> str:
    return _date(written) if key in ("as_of", "until") else one_line(written)


def _date(written: str) -> str:
    """Return a date as entries have it: a spreadsheet's own, or day/month/year."""
    text = one_line(written)
    if found := _BY_SPREADSHEET.fullmatch(text):
        return found[1]
    found = _DAY.fullmatch(text)
    return f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}" if found else text


def _list(written: str) -> list[str]:
    """Return the texts of a cell with several; lines of a cell are texts, too."""
    return [one_line(text) for line in written.splitlines() for text in split(line)]
