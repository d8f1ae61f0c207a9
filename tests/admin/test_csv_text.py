"""A CSV file opens in a French spreadsheet, which calculates none of its cells."""

from __future__ import annotations

import csv
import io

from admin.csv_text import csv_text


def test_csv_cells_are_never_formulas() -> None:
    text = csv_text([("jour", "de"), (8, "=cmd|' /C calc'!A0"), (8, 'a;"b'), (9, "@SUM(1)"), ("-1", "a\r\nb")])
    assert text.startswith("\ufeffjour;de\r\n")
    read = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";"))
    assert read[1:] == [["8", "'=cmd|' /C calc'!A0"], ["8", 'a;"b'], ["9", "'@SUM(1)"], ["'-1", "a\r\nb"]]
