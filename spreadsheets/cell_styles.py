"""Reads the styles of a workbook: which show something other than the value, and which strike it out.

Source: ECMA-376 part 1, 18.8.10 (cellXfs), 18.8.22 (font), 18.4.10 (strike), 18.8.30 (numFmt) and 18.8.45 (xf).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from spreadsheets.number_formats import BUILT_IN, NOT_RENDERED, is_plain

MAX_STYLES: Final = 65_536  # a spreadsheet program writes at most 65 490


@dataclass(frozen=True, slots=True)
class CellStyles:
    """The number formats that may show something other than the value, and the styles that are struck out.

    Both are by the number of the style in a cell.
    """

    formats: Mapping[int, str] = field(default_factory=dict)
    struck: frozenset[int] = frozenset()

    @property
    def notable(self) -> frozenset[int]:
        """The styles whose cells matter."""
        return self.struck | self.formats.keys()


class _StylesXml:
    """Collects number formats, fonts and styles from the XML, element by element."""

    def __init__(self) -> None:
        self.formats: dict[int, str] = {}
        self.styles: list[tuple[int, int]] = []  # number of the format, and of the font
        self.struck: set[int] = set()  # fonts
        self._fonts = 0
        self._path: list[str] = []

    def begin(self, name: str, given: dict[str, str]) -> None:
        """Take the start of an element. Raises ValueError."""
        self._path.append(name.rpartition(":")[2])
        match self._path[1:]:
            case ["numFmts", "numFmt"]:
                self.formats[int(given["numFmtId"])] = given.get("formatCode", "")
            case ["fonts", "font"]:
                self._fonts += 1
            case ["fonts", "font", "strike"] if given.get("val", "1") in ("1", "true"):
                self.struck.add(self._fonts - 1)
            case ["cellXfs", "xf"]:
                self.styles.append((int(given.get("numFmtId", 0)), int(given.get("fontId", 0))))
        if max(len(self.styles), len(self.formats), self._fonts, len(self._path)) > MAX_STYLES:
            raise ValueError("too many styles")

    def end(self, _: str) -> None:
        """Take the end of an element."""
        self._path.pop()


def read_styles(pieces: Iterable[bytes]) -> CellStyles:
    """Return the styles in this XML. Raises ExpatError or ValueError if it is not a list of styles."""
    found, parser = _StylesXml(), expat.ParserCreate()

    def declared(*_: object) -> None:
        raise ValueError("the styles define words of their own")

    parser.StartElementHandler, parser.EndElementHandler = found.begin, found.end
    parser.StartDoctypeDeclHandler = declared
    for piece in pieces:
        parser.Parse(piece, False)
    parser.Parse(b"", True)
    codes = [found.formats.get(number, BUILT_IN.get(number, NOT_RENDERED)) for number, _ in found.styles]
    return CellStyles(
        {style: code for style, code in enumerate(codes) if not is_plain(code)},
        frozenset(style for style, (_, font) in enumerate(found.styles) if font in found.struck),
    )
