"""Reads XLSX: each visible sheet of a workbook as rows of text, as the office sees them.

python-calamine reads a whole sheet into memory, so the archive (`zip_limits`) and the cells (`sheet_limits`) are
checked first. It returns values without their number formats: `cell_styles` and `number_formats` add what a format
shows. Formulas are refused: a stored result may be outdated. Source: ECMA-376 part 1, 18.2.19 (sheet).
"""

from __future__ import annotations

import io
import lzma
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final
from xml.etree import ElementTree
from xml.parsers import expat

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from spreadsheets.cell_styles import CellStyles, read_styles
from spreadsheets.sheet import File
from spreadsheets.sheet_findings import Findings, SheetRefused
from spreadsheets.sheet_limits import check_sheet
from spreadsheets.workbook_sheet import WorkbookSheet
from spreadsheets.zip_limits import ArchiveDamaged, ArchiveRefused, Bounds, inflate, inspect

ARCHIVE: Final = b"PK\x03\x04"  # first bytes of the file
BOOK, RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
BOUNDS: Final = Bounds(max_members=1_000, max_bytes=500_000_000, max_ratio=100)  # the largest exam: 110 MB, ratio 13
LONGEST_LIST = 1 << 20  # bytes of the list of sheets
# Archives of other programs, by a part that only they have.
OTHER_KINDS: Final = {
    "xl/workbook.bin": "un classeur binaire (.xlsb)",
    "word/document.xml": "un document Word",
    "content.xml": "un classeur OpenDocument (.ods)",
    "Index/Document.iwa": "un classeur Numbers",
}

_DAMAGE: Final = (  # errors of damaged bytes: calamine, then zipfile and its decompressors, then XML
    *(CalamineError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError),
    *(KeyError, ValueError, RuntimeError, ElementTree.ParseError, expat.ExpatError),
)


def visible_sheets(file: File) -> Iterator[WorkbookSheet]:
    """Yield the visible sheets in order; each is opened when it is requested. Raises FileBroken."""
    try:
        with inspect(file.raw, BOUNDS) as archive:
            if BOOK not in archive.namelist():
                raise file.broken(_other_kind(archive))
            parts = _parts(archive)
            styles = _styles(file, archive)
            book = CalamineWorkbook.from_filelike(io.BytesIO(file.raw))
            for one in book.sheets_metadata:
                if one.typ == SheetTypeEnum.WorkSheet and one.visible == SheetVisibleEnum.Visible:
                    found = _look_through(file, archive, parts[one.name], styles)
                    yield WorkbookSheet(file, book.get_sheet_by_name(one.name), styles, found)
    except (ArchiveDamaged, *_DAMAGE) as error:
        raise file.broken("classeur abîmé ou incomplet : copiez-le de nouveau, ou exportez-le en CSV") from error
    except ArchiveRefused as refused:
        raise file.broken(f"ce classeur n'est pas ouvert : {refused} ; exportez-le en CSV") from None


def _other_kind(archive: zipfile.ZipFile) -> str:
    """Say what this archive is if it is no XLSX."""
    kind = next((kind for part, kind in OTHER_KINDS.items() if part in archive.namelist()), "")
    what = f"ce n'est pas un classeur XLSX, mais {kind}" if kind else "ce n'est pas un classeur XLSX"
    return f"{what} : enregistrez-le en XLSX ou en CSV"


def _parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the path in the archive of each sheet, by the name of the sheet."""
    related = {one.get("Id"): one.get("Target", "") for one in _small(archive, RELATIONS)}
    parts = {}
    for one in _small(archive, BOOK).findall(".//{*}sheet"):
        relation = next((value for name, value in one.items() if name.endswith("}id")), "")  # in one of two namespaces
        parts[one.get("name", "")] = _path(related[relation])
    return parts


def _path(target: str) -> str:
    """Return the path in the archive of a part that the workbook names."""
    return posixpath.normpath(posixpath.join("/xl", target))[1:]


def _small(archive: zipfile.ZipFile, part: str) -> ElementTree.Element:
    if archive.getinfo(part).file_size > LONGEST_LIST:
        raise ValueError(f"{part} is no list of sheets")
    return ElementTree.fromstring(archive.read(part))


def _styles(file: File, archive: zipfile.ZipFile) -> CellStyles:
    """Return the styles of the workbook; it may have none."""
    for one in _small(archive, RELATIONS):
        if one.get("Type", "").endswith("/styles"):
            return read_styles(inflate(file.raw, archive.getinfo(_path(one.get("Target", "")))))
    return CellStyles()


def _look_through(file: File, archive: zipfile.ZipFile, part: str, styles: CellStyles) -> Findings:
    """Return what calamine does not return of this sheet. Raises FileBroken if it would not fit into memory."""
    try:
        return check_sheet(lambda: inflate(file.raw, archive.getinfo(part)), styles.notable)
    except SheetRefused as refused:
        raise file.broken(str(refused), refused.line, refused.column) from None
