"""Refused rows as their author gets them back: the same cells, behind a column that says what to mend."""

from __future__ import annotations

from pathlib import Path

from spreadsheets import rows_to_mend
from spreadsheets.rows_to_mend import HEADING, RowsToMend
from tests.support.result_files import HEADINGS, read_rows, row


def test_only_refused_rows_come_back_as_they_were(tmp_path: Path) -> None:
    good, wrong = row(seat="10001"), row(seat="10002", verdict="PEUT-ÊTRE", mark="-5", centre="=cmd()")
    found = read_rows(tmp_path, good, wrong).to_mend
    headings, only = found
    assert headings == (HEADING, *HEADINGS)
    assert only[1:] == wrong
    assert only[0].startswith("ligne 3 : ")
    assert "PEUT-ÊTRE" in only[0]
    assert found.more == 0


def test_both_rows_of_one_number_come_back(tmp_path: Path) -> None:
    found = read_rows(tmp_path, row(), row(seat="10002"), row()).to_mend
    assert [(one[0].partition(" : ")[0], one[1]) for one in found.rows] == [("ligne 2", "10001"), ("ligne 4", "10001")]


def test_row_with_too_many_cells_keeps_them(tmp_path: Path) -> None:
    (only,) = read_rows(tmp_path, (*row(), "de trop"), row(seat="10002")).to_mend.rows
    assert only[1:] == (*row(), "de trop")


def test_several_reasons_stand_in_one_cell(tmp_path: Path) -> None:
    (only,) = read_rows(tmp_path, row(seat="", verdict="?"), row(seat="10002")).to_mend.rows
    assert only[0].count(" ; ") == 1


def test_sound_file_has_no_rows_to_mend(tmp_path: Path) -> None:
    assert read_rows(tmp_path, row()).to_mend == RowsToMend()


def test_rows_beyond_the_room_are_counted(tmp_path: Path) -> None:
    many = [row(seat=f"2{number:04}", verdict="?", centre="C" * 400) for number in range(500)]
    found = read_rows(tmp_path, *many).to_mend
    assert sum(len(cell) for one in found.rows for cell in one) <= rows_to_mend.MAX_CHARACTERS
    assert (len(found.rows) + found.more, found.more > 0) == (500, True)
