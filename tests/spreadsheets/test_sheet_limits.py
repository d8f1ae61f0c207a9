"""What is found in the XML of a sheet is the same, whether its tags are matched or it is parsed."""

from __future__ import annotations

import pytest

from spreadsheets.sheet_limits import check_sheet
from tests.support.hostile_files import SPREADSHEET

COLUMNS = '<cols><col min="1" max="1" width="9"/><col min="3" max="4" width="9" hidden="1"/></cols>'
ROWS = (
    '<row r="1" spans="1:3"><c r="A1" s="2" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
    '<row r="2" hidden="1" s="1"><c r="A2" s="1"><v>201</v></c><c r="B2" t="e" s="0"><v>#N/A</v></c></row>'
    '<row r="3" hidden="0"><c r="A3" t="n" s="3"><v>202</v></c><c r="C3" s="0"/></row>'
)
WRITTEN = f'<worksheet xmlns="{SPREADSHEET}">{COLUMNS}<sheetData>{ROWS}</sheetData></worksheet>'
SPELLINGS = {
    "as Excel writes it": WRITTEN,
    "with other quotes": WRITTEN.replace('s="3"', "s='3'"),
    "with another order": WRITTEN.replace('r="A2" s="1"', 's="1" r="A2"'),
    "with a hidden row in other quotes": WRITTEN.replace('hidden="1" s="1"', "hidden = '1' s='1'"),
    "with a prefix": WRITTEN.replace("<c ", "<x:c ").replace("</c>", "</x:c>").replace(" xmlns=", " xmlns:x="),
}


@pytest.mark.parametrize("written", SPELLINGS.values(), ids=SPELLINGS)
def test_every_spelling_of_a_sheet_is_understood(written: str) -> None:
    found = check_sheet(lambda: [written.encode()], {1, 3})
    assert found.styles == {2: [(1, 1)], 3: [(1, 3)]}
    assert (found.hidden_lines, found.hidden_columns, found.errors) == ({2}, {3, 4}, {2: [2]})
    assert (found.last_line, found.last_column, found.formula) == (3, 3, None)


def test_cells_without_a_style_have_the_first() -> None:
    assert check_sheet(lambda: [WRITTEN.encode()], {0}).styles == {1: [(2, 0)], 2: [(2, 0)], 3: [(3, 0)]}
