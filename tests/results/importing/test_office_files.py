"""Files as offices have them: read as the office sees them, or refused with line, column and what to do."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from openpyxl import Workbook
from openpyxl.styles import Font

from spreadsheets.sheet import FileBroken
from tests.support.result_files import NO_LAYOUT, read_bytes, refused

TABLES = Path(__file__).parents[2] / "data" / "understood"
SPREADSHEETS: list[dict[str, Any]] = yaml.safe_load((TABLES / "spreadsheets.yaml").read_text(encoding="utf-8"))
SEPARATED: list[dict[str, Any]] = yaml.safe_load((TABLES / "csv.yaml").read_text(encoding="utf-8"))


def workbook(sheets: Sequence[Mapping[str, Any]]) -> bytes:
    """The workbook of these sheets, as the tables describe them."""
    book, raw = Workbook(), io.BytesIO()
    book.remove(book.active)
    for said in sheets:
        sheet = book.create_sheet()
        for row in said["rows"]:
            sheet.append(row)
        for place, code in said.get("formats", {}).items():
            sheet[place].number_format = code
        for place in said.get("struck", ()):
            sheet[place].font = Font(strike=True)
        for merged in said.get("merged", ()):
            sheet.merge_cells(merged)
        for line in said.get("hidden_rows", ()):
            sheet.row_dimensions[line].hidden = True
        for column in said.get("hidden_columns", ()):
            sheet.column_dimensions[column].hidden = True
    book.save(raw)
    return raw.getvalue()


def is_understood(folder: Path, raw: bytes, expected: Mapping[str, Any]) -> None:
    if start := expected.get("broken"):
        with pytest.raises(FileBroken) as broken:
            read_bytes(folder, raw, layout=NO_LAYOUT)
        assert str(broken.value.problem).removeprefix(f"{folder / 'resultats.csv'}:").startswith(start)
        return
    found = read_bytes(folder, raw, layout=NO_LAYOUT)
    reasons = expected.get("refused", {})
    assert [(line, what[: len(reasons.get(line, ""))]) for line, what in refused(found)] == list(reasons.items())
    kept = expected.get("kept")
    if kept is not None:
        by_seat = {one.seat: one for one in found.results}
        fields = {seat: {name: getattr(by_seat[seat], name) for name in kept.get(seat, ())} for seat in by_seat}
        assert fields == kept


@pytest.mark.parametrize("row", SPREADSHEETS, ids=[row["case"] for row in SPREADSHEETS])
def test_a_workbook_is_read_as_shown(tmp_path: Path, row: dict[str, Any]) -> None:
    assert row["where"] == "xlsx"
    is_understood(tmp_path, workbook(row["said"]), row["expected"])


@pytest.mark.parametrize("row", SEPARATED, ids=[row["case"] for row in SEPARATED])
def test_a_csv_is_read_or_refused(tmp_path: Path, row: dict[str, Any]) -> None:
    is_understood(tmp_path, row["said"].encode(row["where"], "surrogateescape"), row["expected"])
