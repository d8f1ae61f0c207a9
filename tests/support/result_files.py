"""Results files as ministries hand them over, made up: no candidate, seat or centre in them is real."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from catalog.entries import read_exams
from results.importing.layout import Layout
from results.importing.reader import Read, read_results
from spreadsheets.refused_rows import Refusal

MENUS = Path(__file__).parents[2] / "menus"
EXAMS = read_exams(MENUS / "exams")
HEADINGS = ("N° table", "Décision", "Mention", "Série", "Moyenne", "Centre", "Département")
ADMITTED = ("10001", "ADMIS", "Bien", "D", "14,25", "CEG fictif 1", "Zou")
NO_LAYOUT = Layout()


def as_csv(rows: Sequence[Sequence[str]], separator: str = ";", encoding: str = "utf-8", end: str = "\r\n") -> bytes:
    """These rows as a spreadsheet exports them."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator, lineterminator=end).writerows(rows)
    return text.getvalue().encode(encoding)


def as_xlsx(*sheets: Sequence[Sequence[Any]]) -> bytes:
    """A workbook of these sheets, each a list of rows; the cells keep their types."""
    book = Workbook()
    book.remove(book.active)
    for rows in sheets:
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(list(row))
    raw = io.BytesIO()
    book.save(raw)
    return raw.getvalue()


def read_bytes(folder: Path, raw: bytes, exam: str = "bac", layout: Layout = NO_LAYOUT) -> Read:
    """What is read in a file of these bytes."""
    path = folder / "resultats.csv"
    path.write_bytes(raw)
    return read_results(path, EXAMS[exam], layout)


def read_rows(folder: Path, *rows: Sequence[str], exam: str = "bac", layout: Layout = NO_LAYOUT) -> Read:
    """What is read in a CSV of these rows, below headings."""
    return read_bytes(folder, as_csv([HEADINGS, *rows]), exam, layout)


def row(**fields: str) -> tuple[str, ...]:
    """An admitted candidate's row with these fields changed; a field is a heading without accents or spaces."""
    named = dict(zip(("seat", "verdict", "mention", "series", "mark", "centre", "department"), ADMITTED, strict=True))
    return tuple({**named, **fields}.values())


def refused(read_: Read) -> list[tuple[int, str]]:
    """The refusals, as line and words."""
    return [(one.line, _words(one)) for one in read_.report.refusals]


def _words(refusal: Refusal) -> str:
    return f"{refusal.reason} : {refusal.detail}" if refusal.detail else refusal.reason
