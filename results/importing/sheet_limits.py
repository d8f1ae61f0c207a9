"""Checks the size of a sheet and refuses formulas, before a parser reads it.

A parser allocates every cell between the first and the last one, whatever size the sheet declares. Most sheets name
each cell, which is fast to check; other sheets are parsed as XML, cell by cell. Source: ECMA-376 part 1, 18.3.1.4 (c),
18.3.1.40 (f), 18.3.1.73 (row).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final
from xml.parsers import expat

MAX_CELLS: Final = 10_000_000  # of 32 bytes each, all in memory at once: the largest exam has 272 000 rows
MAX_GAP: Final = 1 << 20  # bytes between two tags, or within one
BEHIND: Final = 1 << 10  # bytes before a formula that are searched for the name of its cell

FORMULA: Final = "une formule : copiez tout, puis « Collage spécial, Valeurs », et enregistrez"
_OPENS: Final = re.compile(rb"<c[\s/>]")
_NAMED: Final = re.compile(rb"<c (?:[a-z]+=\"[^\"<>]*\" )*?r=\"([A-Z]{1,3})([0-9]{1,7})\"")
_REFERENCE: Final = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_FORMULA: Final = re.compile(rb"<f[\s/>]")
_PREFIXED: Final = re.compile(rb":[cf][\s/>]")
Pieces = Callable[[], Iterable[bytes]]


class SheetRefused(Exception):
    """A sheet that is not read: the reason in French, and the line and column of the cell."""

    def __init__(self, why: str, line: int = 1, column: int = 1) -> None:
        super().__init__(why)
        self.line, self.column = line, column


@dataclass(slots=True)
class _Reach:
    """The last line and column so far."""

    line: int = 0
    column: int = 0

    def take(self, line: int, column: int) -> None:
        self.line, self.column = max(self.line, line), max(self.column, column)
        if self.line * self.column > MAX_CELLS:
            what = "cette feuille va jusqu'à cette case : supprimez les lignes et les colonnes qui dépassent du tableau"
            raise SheetRefused(what, self.line, self.column)


def check_sheet(pieces: Pieces) -> None:
    """Raise SheetRefused if a sheet has a formula or too many cells; each call of `pieces` returns its XML again."""
    reach, are_named, behind = _Reach(), True, b""
    for tags in _whole_tags(pieces()):
        if found := _FORMULA.search(tags):
            raise SheetRefused(FORMULA, *_last_named(behind + tags[: found.start()]))
        named = _NAMED.findall(tags)
        are_named = are_named and len(named) == _opened(tags) and not _PREFIXED.search(tags)
        if named:
            columns, lines = ({place[which] for place in named} for which in (0, 1))
            reach.take(max(map(int, lines)), max(map(column_of, columns)))
        behind = tags[-BEHIND:]
    if not are_named or not reach.line:
        _walk(pieces(), reach)


def _opened(tags: bytes) -> int:
    """Count the cells that begin here; most pieces have no other element whose name begins with a c."""
    return len(_OPENS.findall(tags)) if b"<co" in tags else tags.count(b"<c")


def column_of(letters: bytes | str) -> int:
    """Return the number of a column from its letters: A is 1, AA is 27."""
    number = 0
    for letter in letters if isinstance(letters, bytes) else letters.encode():
        number = number * 26 + letter - ord("A") + 1
    return number


def _whole_tags(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the same bytes, split only where a tag begins."""
    rest = b""
    for piece in pieces:
        rest += piece
        cut = rest.rfind(b"<")
        if len(rest) - cut > MAX_GAP:
            raise SheetRefused("cette feuille est abîmée : exportez les résultats en CSV")
        if cut > 0:
            yield rest[:cut]
            rest = rest[cut:]
    yield rest


def _last_named(before: bytes) -> tuple[int, int]:
    """Return the line and column of the cell that is open at the end of these bytes."""
    named = _NAMED.findall(before[-BEHIND:])
    return (int(named[-1][1]), column_of(named[-1][0])) if named else (1, 1)


def _walk(pieces: Iterable[bytes], reach: _Reach) -> None:
    """Check the cells one by one with an XML parser."""
    place = _Reach()  # of the current cell

    def began(name: str, given: dict[str, str]) -> None:
        kind = name.rpartition(":")[2]
        if kind == "row":
            place.line, place.column = int(given.get("r", place.line + 1)), 0
        elif kind == "c":
            named = _REFERENCE.fullmatch(given.get("r", ""))
            place.column = column_of(named[1]) if named else place.column + 1
            place.line = int(named[2]) if named else place.line
            reach.take(place.line, place.column)
        elif kind == "f":
            raise SheetRefused(FORMULA, max(1, place.line), max(1, place.column))

    def declared(*_: object) -> None:
        raise SheetRefused("cette feuille définit ses propres mots : exportez les résultats en CSV")

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.StartDoctypeDeclHandler = began, declared
    for piece in pieces:
        parser.Parse(piece, False)
    parser.Parse(b"", True)
