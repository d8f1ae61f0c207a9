"""Reads the styles of a workbook: the number format of each style, and which styles show more than the value.

Source: ECMA-376 part 1, 18.8.10 (cellXfs), 18.8.30 (numFmt) and 18.8.45 (xf).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final
from xml.parsers import expat

from results.importing.number_formats import BUILT_IN, NOT_RENDERED, is_plain

MAX_STYLES: Final = 65_536  # a spreadsheet program writes at most 65 490


def read_formats(pieces: Iterable[bytes]) -> Mapping[int, str]:
    """Return the number format of each style that may show something other than the value, by the style's number.

    Raises ExpatError or ValueError if this is not a list of styles.
    """
    own: dict[int, str] = {}
    used: list[int] = []
    path: list[str] = []

    def began(name: str, given: dict[str, str]) -> None:
        path.append(name.rpartition(":")[2])
        if path[-2:] == ["numFmts", "numFmt"]:
            own[int(given["numFmtId"])] = given.get("formatCode", "")
        elif path[-2:] == ["cellXfs", "xf"]:
            used.append(int(given.get("numFmtId", 0)))
        if max(len(used), len(own), len(path)) > MAX_STYLES:
            raise ValueError("too many styles")

    def declared(*_: object) -> None:
        raise ValueError("the styles define words of their own")

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.StartDoctypeDeclHandler = began, declared
    parser.EndElementHandler = lambda _: path.pop()
    for piece in pieces:
        parser.Parse(piece, False)
    parser.Parse(b"", True)
    codes = {style: own.get(number, BUILT_IN.get(number, NOT_RENDERED)) for style, number in enumerate(used)}
    return {style: code for style, code in codes.items() if not is_plain(code)}
