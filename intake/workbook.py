"""XLSX: each visible sheet of a workbook as rows of text. A formula is refused: its last result may be an old one.

python-calamine reads a whole sheet into memory; before, the archive is looked through for what makes that unsafe: a
formula, or a stray cell far from the table. Source: ECMA-376 part 1, 18.2.19 (sheet), 18.3.1.35 (dimension) and
18.3.1.40 (f).
"""

from __future__ import annotations

import io
import lzma
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, time, timedelta
from typing import Final
from xml.etree import ElementTree

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from intake.files import File, Form, Numbered

ARCHIVE, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"  # the first bytes of each
BOOK, RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
MOST_CELLS = 25_000_000  # of 24 bytes and more each, all in memory at once
MOST_UNPACKED = 1_000_000_000  # bytes of one sheet
LONGEST_LIST = 1 << 20  # bytes of the list of sheets
EXACT = 1e15  # a spreadsheet keeps fifteen digits of a number, and makes the rest zeros
CHUNK, OVERLAP = 1 << 20, 1 << 10  # bytes
Cell = int | float | str | bool | time | date | timedelta

_DIMENSION = re.compile(rb'dimension\s+ref="[A-Z]+\d+:([A-Z]+)(\d+)"')
_PREFIX = re.compile(rb"<(\w+:)worksheet[\s>]")
_REFERENCE = re.compile(rb'\sr="([A-Z]+)(\d+)"')
_DAMAGE: Final = (  # what reading damaged bytes raises: calamine, then zipfile and all that it unpacks with, then XML
    *(CalamineError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError),
    *(KeyError, ValueError, RuntimeError, ElementTree.ParseError),
)


def sheets(file: File) -> Iterator[WorkbookSheet]:
    """The visible sheets in their order, each opened when it is asked for. Raises FileBroken."""
    try:
        with zipfile.ZipFile(io.BytesIO(file.raw)) as archive:
            if BOOK not in archive.namelist():
                raise file.broken("ce n'est pas un classeur XLSX : enregistrez les résultats en XLSX ou en CSV")
            parts = _parts(archive)
            book = CalamineWorkbook.from_filelike(io.BytesIO(file.raw))
            for one in book.sheets_metadata:
                if one.typ == SheetTypeEnum.WorkSheet and one.visible == SheetVisibleEnum.Visible:
                    _look_through(file, archive, parts[one.name])
                    yield WorkbookSheet(book.get_sheet_by_name(one.name))
    except _DAMAGE as error:
        raise file.broken("classeur abîmé ou incomplet : copiez-le de nouveau, ou exportez-le en CSV") from error


def _parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """The part of the archive that holds each sheet, by the sheet's name."""
    related = {one.get("Id"): one.get("Target", "") for one in _small(archive, RELATIONS)}
    parts = {}
    for one in _small(archive, BOOK).findall(".//{*}sheet"):
        relation = next(value for name, value in one.items() if name.endswith("}id"))  # in one of two namespaces
        parts[one.get("name", "")] = posixpath.normpath(posixpath.join("/xl", related[relation]))[1:]
    return parts


def _small(archive: zipfile.ZipFile, part: str) -> ElementTree.Element:
    if archive.getinfo(part).file_size > LONGEST_LIST:
        raise ValueError(f"{part} is no list of sheets")
    return ElementTree.fromstring(archive.read(part))


def _look_through(file: File, archive: zipfile.ZipFile, part: str) -> None:
    """Raises FileBroken when this sheet holds a formula or would not fit in memory."""
    if archive.getinfo(part).file_size > MOST_UNPACKED:
        raise file.broken("ce classeur est trop gros : exportez les résultats en CSV")
    with archive.open(part) as xml:
        seen = xml.read(CHUNK)
        _hold_to_a_table(file, seen)
        prefix = found[1] if (found := _PREFIX.search(seen)) else b""
        formula = re.compile(b"<" + prefix + rb"f[\s>/]")
        while seen:
            if found := formula.search(seen):
                what = "une formule : copiez tout, puis « Collage spécial, Valeurs », et enregistrez"
                raise file.broken(what, *_place(seen[: found.start()]))
            more = xml.read(CHUNK)
            seen = seen[-OVERLAP:] + more if more else b""


def _hold_to_a_table(file: File, begins: bytes) -> None:
    if found := _DIMENSION.search(begins):
        column, line = _column(found[1]), int(found[2])
        if column * line > MOST_CELLS:
            what = "cette feuille va jusqu'à cette case : supprimez les lignes et les colonnes qui dépassent du tableau"
            raise file.broken(what, line, column)


def _place(before: bytes) -> tuple[int, int]:
    """The line and column of the cell that is open where these bytes end."""
    references = _REFERENCE.findall(before[-OVERLAP:])
    return (int(references[-1][1]), _column(references[-1][0])) if references else (1, 1)


def _column(letters: bytes) -> int:
    """The number of a column that a spreadsheet calls so: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


class WorkbookSheet:
    """A Sheet over one sheet of a workbook; lines and columns are counted as the spreadsheet shows them."""

    def __init__(self, sheet: CalamineSheet) -> None:
        self._sheet = sheet
        self._given = 0
        self.form = Form(sheet=sheet.name)

    def rows(self) -> Iterator[Numbered]:
        if self._sheet.start is None:
            return
        before = [""] * self._sheet.start[1]
        for line, cells in enumerate(self._sheet.iter_rows(), 1):
            self._given = line
            texts = [cell if type(cell) is str else _text(cell) for cell in cells]
            yield line, line, before + texts if before else texts

    def share(self) -> float:
        return self._given / self._sheet.total_height if self._sheet.total_height else 1.0


def _text(cell: Cell) -> str:
    """A number as it is typed; what a spreadsheet made a date, a yes or a round number is in brackets: refused."""
    if isinstance(cell, float) and abs(cell) < EXACT:
        return str(int(cell)) if cell.is_integer() else f"{cell:.10g}"
    return str(cell) if type(cell) in (str, int) else f"({cell})"
