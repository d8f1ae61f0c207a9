"""Files that attack the program that reads them, made on demand: none is in the repository."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from typing import Final

from openpyxl import Workbook

from tests.support.zip_files import rezipped, unzipped

MIB: Final = 1 << 20
SPREADSHEET: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET: Final = "xl/worksheets/sheet1.xml"
STYLES: Final = "xl/styles.xml"
STRINGS: Final = "xl/sharedStrings.xml"
HEAD: Final = ("Numéro de table", "Décision")


def cell(reference: str, text: str) -> str:
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'


GOOD_ROW: Final = f'<row r="2">{cell("A2", "10001")}{cell("B2", "ADMIS")}</row>'


def sheet(rows: str, dimension: str = "A1:B2") -> str:
    """A sheet with two headings, then these rows, which says of itself that it is as small as its dimension."""
    heads = "".join(cell(f"{letter}1", text) for letter, text in zip("AB", HEAD, strict=True))
    data = f'<sheetData><row r="1">{heads}</row>{rows}</sheetData>'
    return f'<worksheet xmlns="{SPREADSHEET}"><dimension ref="{dimension}"/>{data}</worksheet>'


def workbook(rows: str) -> bytes:
    """A workbook of one sheet with these rows."""
    book, raw = Workbook(), io.BytesIO()
    book.active.append([])
    book.save(raw)
    parts = unzipped(raw.getvalue())
    parts[SHEET] = sheet(rows).encode()
    parts[STRINGS] = f'<sst xmlns="{SPREADSHEET}"/>'.encode()
    return rezipped(parts)


def far_away(reference: str = "XFD8448") -> bytes:
    """A small workbook with one cell so far away that the table up to it has 138 million cells."""
    line = reference.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return workbook(f'{GOOD_ROW}<row r="{line}">{cell(reference, "x")}</row>')


def repeated(start: bytes, block: bytes, times: int) -> Iterator[bytes]:
    """A raw deflate stream of start and then block so many times, made without holding what it inflates to."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    yield packer.compress(start) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    for _ in range(times):
        yield again
    yield packer.flush()


def with_member(raw: bytes, name: str, stream: Iterable[bytes], declared: int) -> bytes:
    """The archive with one more member of a raw deflate stream, whose size and checksum are what one declares."""
    body = b"".join(stream)
    parts = {part: held for part, held in unzipped(raw).items() if part != name}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, held in parts.items():
            archive.writestr(part, held)
        info = zipfile.ZipInfo(name)
        info.compress_type, info.compress_size, info.file_size = zipfile.ZIP_DEFLATED, len(body), declared
        info.header_offset = archive.start_dir
        info.CRC = 0
        out.seek(archive.start_dir)
        out.write(info.FileHeader(False) + body)
        archive.start_dir = out.tell()
        archive.filelist.append(info)
        archive.NameToInfo[name] = info
    return out.getvalue()


def bomb(size: int, name: str = SHEET, declared: int | None = None) -> bytes:
    """A workbook one part of which inflates to about so many bytes of spaces."""
    stream = repeated(b"<worksheet>", b" " * MIB, size // MIB)
    return with_member(workbook(""), name, stream, size if declared is None else declared)


def strings_bomb(size: int = 700 * MIB) -> bytes:
    """A workbook of 0.7 MB whose list of shared texts inflates to so many bytes."""
    entry = b"<si><t>" + b"a" * 32_000 + b"</t></si>"
    start = f'<sst xmlns="{SPREADSHEET}">'.encode()
    return with_member(workbook(GOOD_ROW), STRINGS, repeated(start, entry * 32, size // (32 * len(entry))), size)
