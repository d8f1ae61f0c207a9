"""Reads XLSX: each visible sheet of a workbook as rows of text. Formulas are refused: a stored result may be outdated.

python-calamine reads a whole sheet into memory, so the archive (`zip_limits`) and the cells (`sheet_limits`) are
checked first. Source: ECMA-376 part 1, 18.2.19 (sheet).
"""

from __future__ import annotations

import io
import lzma
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, time, timedelta
from typing import Final
from xml.etree import ElementTree
from xml.parsers import expat

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from results.importing.sheet import File, Form, Numbered
from results.importing.sheet_limits import SheetRefused, check_sheet
from results.importing.zip_limits import ArchiveDamaged, ArchiveRefused, Bounds, inflate, inspect

ARCHIVE, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"  # first bytes of the file
BOOK, RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
BOUNDS: Final = Bounds(max_members=1_000, max_bytes=500_000_000, max_ratio=100)  # the largest exam: 110 MB, ratio 13
LONGEST_LIST = 1 << 20  # bytes of the list of sheets
EXACT = 1e15  # a spreadsheet stores fifteen digits of a number and replaces the rest with zeros
Cell = int | float | str | bool | time | date | timedelta

_DAMAGE: Final = (  # errors of damaged bytes: calamine, then zipfile and its decompressors, then XML
    *(CalamineError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError),
    *(KeyError, ValueError, RuntimeError, ElementTree.ParseError, expat.ExpatError),
)


def visible_sheets(file: File) -> Iterator[WorkbookSheet]:
    """Yield the visible sheets in order; each is opened when it is requested. Raises FileBroken."""
    try:
        with inspect(file.raw, BOUNDS) as archive:
            if BOOK not in archive.namelist():
                raise file.broken("ce n'est pas un classeur XLSX : enregistrez les résultats en XLSX ou en CSV")
            parts = _parts(archive)
            book = CalamineWorkbook.from_filelike(io.BytesIO(file.raw))
            for one in book.sheets_metadata:
                if one.typ == SheetTypeEnum.WorkSheet and one.visible == SheetVisibleEnum.Visible:
                    _look_through(file, archive, parts[one.name])
                    yield WorkbookSheet(book.get_sheet_by_name(one.name))
    except (ArchiveDamaged, *_DAMAGE) as error:
        raise file.broken("classeur abîmé ou incomplet : copiez-le de nouveau, ou exportez-le en CSV") from error
    except ArchiveRefused as refused:
        raise file.broken(f"ce classeur n'est pas ouvert : {refused} ; exportez les résultats en CSV") from None


def _parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the path in the archive of each sheet, by the name of the sheet."""
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
    """Raise FileBroken if this sheet contains a formula or would not fit into memory."""
    try:
        check_sheet(lambda: inflate(file.raw, archive.getinfo(part)))
    except SheetRefused as refused:
        raise file.broken(str(refused), refused.line, refused.column) from None


class WorkbookSheet:
    """A Sheet over one sheet of a workbook; lines and columns are numbered as in the spreadsheet."""

    def __init__(self, sheet: CalamineSheet) -> None:
        self._sheet = sheet
        self._given = 0
        self.form = Form(sheet=sheet.name)

    def rows(self) -> Iterator[Numbered]:
        """Yield the rows, with the empty columns at the left included."""
        if self._sheet.start is None:
            return
        before = [""] * self._sheet.start[1]
        for line, cells in enumerate(self._sheet.iter_rows(), 1):
            self._given = line
            texts = [cell if type(cell) is str else _text(cell) for cell in cells]
            yield line, line, before + texts if before else texts

    def share(self) -> float:
        """Return the share of the rows read so far, from 0 to 1."""
        return self._given / self._sheet.total_height if self._sheet.total_height else 1.0


def _text(cell: Cell) -> str:
    """Return a number as it is typed. Dates, booleans and rounded numbers are put in brackets, so they are refused
    later.
    """
    if isinstance(cell, float) and abs(cell) < EXACT:
        return str(int(cell)) if cell.is_integer() else f"{cell:.10g}"
    return str(cell) if type(cell) in (str, int) else f"({cell})"
