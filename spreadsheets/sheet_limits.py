"""Checks the size of a sheet before a parser reads it, and finds what the parser does not return.

A parser allocates every cell between the first and the last one, whatever size the sheet declares. It returns values
without their number formats, hidden rows like others, and errors of a calculation as empty cells. Most sheets name
each cell, which is fast to check; other sheets are parsed as XML, cell by cell. Source: ECMA-376 part 1, 18.3.1.4 (c),
18.3.1.13 (col), 18.3.1.40 (f), 18.3.1.73 (row).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from collections.abc import Set as AbstractSet
from typing import Final
from xml.parsers import expat

from spreadsheets.sheet_findings import Findings, SheetRefused

MAX_GAP: Final = 1 << 20  # bytes between two tags, or within one
BEHIND: Final = 1 << 10  # bytes before a formula that are searched for the name of its cell

_OPENS: Final = re.compile(rb"<c[\s/>]")
_OTHER: Final = rb'(?: (?!s=)[a-z]+="[^"<>&]*"){0,8}'  # attributes besides the style
_NAMED: Final = re.compile(
    rb'<c%b r="([A-Z]{1,3})([0-9]{1,7})"%b(?: s="([0-9]{1,5})")?%b ?/?>' % (_OTHER, _OTHER, _OTHER)
)
_REFERENCE: Final = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_FORMULA: Final = re.compile(rb"<f[\s/>]")
_PREFIXED: Final = re.compile(rb":(?:c|f|row|col)[\s/>]")
_ERROR: Final = re.compile(rb'<c (?=[^>]* t="e")(?:[^>]* )?r="([A-Z]{1,3})([0-9]{1,7})"')
_HIDES: Final = re.compile(rb"<(row|col)((?: [A-Za-z:0-9]+=\"[^\"<>&]*\")*) ?/?>")
_ATTRIBUTE: Final = re.compile(r"([A-Za-z]+)=\"([^\"]*)\"")
Pieces = Callable[[], Iterable[bytes]]


def check_sheet(pieces: Pieces, styles: Collection[int] = ()) -> Findings:
    """Return what the parser does not, with the cells of these styles. Raises SheetRefused if the sheet is too large.

    Each call of `pieces` returns the sheet's XML again.
    """
    found = Findings()
    wanted = {b"%d" % style for style in styles} | ({b""} if 0 in styles else set())
    if all(_take(tags, behind, wanted, found) for behind, tags in _whole_tags(pieces())) and found.last_line:
        return found
    return _walk(pieces(), set(styles))


def _take(tags: bytes, behind: bytes, wanted: AbstractSet[bytes], found: Findings) -> bool:
    """Note what these tags have; False if they must be parsed as XML."""
    if not found.formula and (formula := _FORMULA.search(tags)):
        found.formula = _last_named(behind + tags[: formula.start()])
    named = _NAMED.findall(tags)
    if len(named) != _opened(tags) or _PREFIXED.search(tags) or not _is_hiding_read(tags, found):
        return False
    for column, line in _ERROR.findall(tags) if b' t="e"' in tags else ():
        found.kind(int(line), column_of(column), "e")
    if named:
        letters, numbers, styles = map(set, zip(*named, strict=True))
        found.reach(max(map(int, numbers)), max(map(column_of, letters)))
        if wanted & styles:
            for column, line, style in named:
                if style in wanted:
                    found.style(int(line), column_of(column), int(style or 0))
    return True


def _is_hiding_read(tags: bytes, found: Findings) -> bool:
    """Note hidden rows and columns; False if some are written in an unusual way."""
    hiding = tags.count(b"hidden") if b"hidden" in tags else 0
    for kind, attributes in _HIDES.findall(tags) if hiding else ():
        given = dict(_ATTRIBUTE.findall(attributes.decode()))
        hiding -= "hidden" in given
        if kind == b"row" and "r" not in given:
            return False
        found.hide(kind.decode(), given, int(given.get("r", 0)))
    return hiding == 0


def _opened(tags: bytes) -> int:
    """Count the cells that begin here; most pieces have no other element whose name begins with a c."""
    return len(_OPENS.findall(tags)) if b"<co" in tags else tags.count(b"<c")


def column_of(letters: bytes | str) -> int:
    """Return the number of a column from its letters: A is 1, AA is 27."""
    number = 0
    for letter in letters if isinstance(letters, bytes) else letters.encode():
        number = number * 26 + letter - ord("A") + 1
    return number


def _whole_tags(pieces: Iterable[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Yield the same bytes, split only where a tag begins, each with some of those before it."""
    rest = before = b""
    for piece in pieces:
        rest += piece
        cut = rest.rfind(b"<")
        if len(rest) - cut > MAX_GAP:
            raise SheetRefused("cette feuille est abîmée : exportez-le en CSV")
        if cut > 0:
            yield before, rest[:cut]
            before, rest = rest[max(0, cut - BEHIND) : cut], rest[cut:]
    yield before, rest


def _last_named(before: bytes) -> tuple[int, int]:
    """Return the line and column of the cell that is open at the end of these bytes."""
    named = _NAMED.findall(before[-BEHIND:])
    return (int(named[-1][1]), column_of(named[-1][0])) if named else (1, 1)


def _walk(pieces: Iterable[bytes], styles: Collection[int]) -> Findings:
    """Check the cells one by one with an XML parser."""
    walk, parser = _Walk(styles), expat.ParserCreate()
    parser.StartElementHandler, parser.StartDoctypeDeclHandler = walk.element, _refuse_own_words
    for piece in pieces:
        parser.Parse(piece, False)
    parser.Parse(b"", True)
    return walk.found


class _Walk:
    """What the elements have shown so far, and the current cell."""

    def __init__(self, styles: Collection[int]) -> None:
        self.found = Findings()
        self._styles = styles
        self._line = self._column = 0

    def element(self, name: str, given: dict[str, str]) -> None:
        """Note what the beginning of an element says."""
        kind = name.rpartition(":")[2]
        if kind == "row":
            self._line, self._column = int(given.get("r", self._line + 1)), 0
        elif kind == "c":
            self._cell(given)
        elif kind == "f" and not self.found.formula:
            self.found.formula = max(1, self._line), max(1, self._column)
        if kind in ("row", "col"):
            self.found.hide(kind, given, self._line)

    def _cell(self, given: dict[str, str]) -> None:
        named = _REFERENCE.fullmatch(given.get("r", ""))
        line, column = (int(named[2]), column_of(named[1])) if named else (self._line, self._column + 1)
        self._line, self._column = line, column
        self.found.reach(line, column)
        if (style := int(given.get("s", 0))) in self._styles:
            self.found.style(line, column, style)
        self.found.kind(line, column, given.get("t", ""))


def _refuse_own_words(*_: object) -> None:
    raise SheetRefused("cette feuille définit ses propres mots : exportez-le en CSV")
