"""Results files of every form: what was written is what is read, and what cannot be read is reported in one line."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from results.importing.reader import read_results
from results.importing.rows import Result
from spreadsheets.columns import MAX_COLUMNS
from spreadsheets.sheet import Form
from tests.support.result_files import (
    ADMITTED,
    EXAMS,
    HEADINGS,
    NO_LAYOUT,
    as_csv,
    as_xlsx,
    read_bytes,
    read_rows,
    row,
)

pytestmark = pytest.mark.slow

EXAMPLES = Path(__file__).parents[2] / "data" / "results"
KEPT = Result("10001", "admitted", "Bien", "D", Decimal("14.25"), "CEG fictif 1", "Zou")
FRENCH = "abcXYZ ÉéèàçùôîïÜœŒ’«»–°'\"&,;.-()\t"

NAMES = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8 avec BOM", "cp1252": "Windows-1252"}

WORD = st.text(FRENCH, min_size=1, max_size=20).map(lambda text: " ".join(text.split())).filter(str.isprintable)
ROWS = st.lists(
    st.tuples(
        st.from_regex(r"[0-9A-Z][0-9A-Z./]{1,14}[1-9]", fullmatch=True),
        st.sampled_from(["admitted", "refused", "admissible", "adjourned", "absent"]),
        WORD,
        st.decimals(0, 20, places=2),
    ),
    min_size=1,
    max_size=30,
    unique_by=lambda one: one[0],
)


def spelled(verdict: str) -> str:
    return EXAMS["bac"].verdicts[verdict].say  # type: ignore[index]  # any of its verdicts


# What was written is what is read


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(
    rows=ROWS,
    separator=st.sampled_from(";,\t"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "cp1252"]),
    end=st.sampled_from(["\r\n", "\n", "\r"]),
)
def test_csv_round_trip_returns_the_rows(
    tmp_path: Path, rows: list[tuple[str, str, str, Decimal]], separator: str, encoding: str, end: str
) -> None:
    cells = [(seat, spelled(verdict), centre, str(value)) for seat, verdict, centre, value in rows]
    found = read_bytes(tmp_path, as_csv([("Table", "Décision", "Centre", "Moyenne"), *cells], separator, encoding, end))
    spellings = {one.centre for one in found.results}
    assert [(one.seat, one.verdict, one.mark) for one in found.results] == [
        (seat, verdict, value) for seat, verdict, _, value in rows
    ]
    assert spellings <= {centre for _, _, centre, _ in rows}
    assert found.report.form == Form(NAMES[encoding], separator)
    assert found.report.is_sound


@pytest.mark.parametrize(
    ("raw", "form"),
    [
        (as_csv([HEADINGS[:2], ("10001", "ADMIS")]), Form("UTF-8", ";")),
        (as_csv([HEADINGS[:2], ("10001", "ADMIS")], ",", "utf-8-sig"), Form("UTF-8 avec BOM", ",")),
        (as_csv([HEADINGS[:2], ("10001", "ADMIS")], "\t", "cp1252"), Form("Windows-1252", "\t")),
        (as_csv([("Table", "Verdict"), ("10001", "ADMIS")]), Form("ASCII", ";")),
        (as_xlsx([HEADINGS[:2], ("10001", "ADMIS")]), Form(sheet="Sheet")),
    ],
)
def test_file_format_is_detected_and_reported(tmp_path: Path, raw: bytes, form: Form) -> None:
    found = read_bytes(tmp_path, raw)
    assert found.report.form == form
    assert [one.seat for one in found.results] == ["10001"]


def test_a_workbook_says_the_same_as_its_csv(tmp_path: Path) -> None:
    figures = [10001, "ADMIS", "Bien", "D", 14.25, "CEG fictif 1", "Zou"]
    above: list[list[str]] = [[], ["", "Résultats d'exemple"], []]
    beside = [["", "", *line] for line in (HEADINGS, figures)]
    found = read_bytes(tmp_path, as_xlsx([*above, *beside, [], ["", "", "10?02", "ADMIS"]]))
    assert found.results == [KEPT] == read_rows(tmp_path, ADMITTED).results
    assert [one.line for one in found.report.refusals] == [7]


def test_the_only_sheet_that_has_results_is_read(tmp_path: Path) -> None:
    found = read_bytes(tmp_path, as_xlsx([["Bordereau d'envoi"]], [], [HEADINGS, ADMITTED], [HEADINGS], [["Fin"]]))
    assert (found.report.form.sheet, found.results) == ("Sheet2", [KEPT])


def test_a_hidden_sheet_is_not_read(tmp_path: Path) -> None:
    raw = io.BytesIO(as_xlsx([HEADINGS, row(seat="99999")], [HEADINGS, ADMITTED]))
    book = load_workbook(raw)
    book.worksheets[0].sheet_state = "hidden"
    book.save(hidden := io.BytesIO())
    assert read_bytes(tmp_path, hidden.getvalue()).results == [KEPT]


@pytest.mark.parametrize("seat", [date(2026, 5, 12), True, 1234567890123456])
def test_seat_altered_by_a_spreadsheet_is_refused(tmp_path: Path, seat: object) -> None:
    found = read_bytes(tmp_path, as_xlsx([HEADINGS[:2], (seat, "ADMIS"), ("10001", "ADMIS")]))
    assert [one.line for one in found.report.refusals] == [2]


def test_lines_are_counted_as_an_editor_counts_them(tmp_path: Path) -> None:
    lines = b'"N\xc2\xb0\r\ntable";D\xc3\xa9cision\r\n10001;ADMIS\n\n\r10002;ADMIS\r10003;x\r\n;;\r\n10004;y\n'
    found = read_bytes(tmp_path, lines)
    assert [one.seat for one in found.results] == ["10001", "10002"]
    assert [one.line for one in found.report.refusals] == [7, 9]
    assert found.report.rows == 4


def test_short_excel_row_ends_in_empty_cells(tmp_path: Path) -> None:
    found = read_bytes(tmp_path, as_csv([HEADINGS, ("10001", "REFUSE"), (*row(seat="10002"), "", " ")]))
    assert [one[:4] for one in found.results] == [("10001", "refused", "", ""), ("10002", "admitted", "Bien", "D")]


def test_two_spellings_of_a_place_are_one_place(tmp_path: Path) -> None:
    found = read_rows(tmp_path, row(department="Ouémé"), row(seat="10002", department="OUEME "))
    assert [one.department for one in found.results] == ["Ouémé", "Ouémé"]


def test_progress_is_limited_and_ends_at_one(tmp_path: Path) -> None:
    path = tmp_path / "cep.csv"
    path.write_bytes(as_csv([("Table", "Verdict"), *((str(seat), "admis") for seat in range(100_000, 350_000))]))
    shares: list[float] = []
    read_results(path, EXAMS["cep"], NO_LAYOUT, progress=shares.append)
    assert 50 < len(shares) <= 100
    assert shares == sorted(set(shares))
    assert (0 < shares[0] < 0.1, shares[-1]) == (True, 1.0)


def test_row_of_many_cells_is_no_heading(tmp_path: Path) -> None:
    wide = [*HEADINGS, *("x" for _ in range(MAX_COLUMNS))]
    found = read_bytes(tmp_path, as_csv([wide, HEADINGS, ADMITTED]))
    assert found.results == [KEPT]
    assert found.report.is_sound
