"""Files of registers: every row is read as the office sees it, or refused with its line and why."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.styles import Font

from registers.register import RegisterRefused, find_register
from spreadsheets.sheet import FileBroken
from tests.support.database import MENUS
from tests.support.register_files import (
    CAREER,
    CAREER_HEADINGS,
    HEADINGS,
    ROW,
    copied_menus,
    read_bytes,
    read_rows,
    refused,
    request,
    requests,
)
from tests.support.result_files import as_csv, as_xlsx

STAGED = ("CJ000123", "Casier judiciaire", "checking", date(2026, 9, 28), "", "0001", date(1990, 3, 5), None, "", 2)


def test_row_of_requests_is_read(tmp_path: Path) -> None:
    found = read_rows(tmp_path, ROW)
    assert found.staged == [STAGED]
    assert found.report.is_sound
    assert found.report.columns["numéro de la demande"] == "Référence"


def test_dates_of_a_workbook_are_read(tmp_path: Path) -> None:
    cells = ("CJ-000123", "Casier judiciaire", "En cours", date(2026, 9, 28), "", "01 97 00 00 01", date(1990, 3, 5))
    found = read_bytes(tmp_path, as_xlsx([HEADINGS, cells]))
    assert (found.staged, found.report.form.sheet) == ([STAGED], "Sheet")


def test_struck_date_of_a_workbook_is_refused(tmp_path: Path) -> None:
    cells = ("CJ-000123", "Casier judiciaire", "En cours", date(2026, 9, 28), "", "01 97 00 00 01", date(1990, 3, 5))
    book = load_workbook(io.BytesIO(as_xlsx([HEADINGS, cells])))
    book.active["D2"].font = Font(strike=True)
    raw = io.BytesIO()
    book.save(raw)
    assert refused(read_bytes(tmp_path, raw.getvalue()))[0][1].startswith("valeur barrée")


def test_row_of_careers_is_read(tmp_path: Path) -> None:
    register = find_register(MENUS, "careers")
    found = read_rows(tmp_path, CAREER, register=register, headings=CAREER_HEADINGS)
    born, step = date(1961, 2, 3), "Pension en cours de calcul"
    assert found.staged == [
        ("100234", born, None, "pension", step, date(2026, 9, 26), "Rien à faire pour le moment.", "", 2)
    ]


def test_columns_stand_in_any_order_below_titles(tmp_path: Path) -> None:
    rows = [("Ministère de l'exemple",), (), HEADINGS[::-1], ROW[::-1]]
    found = read_bytes(tmp_path, as_csv(rows))
    assert found.staged == [(*STAGED[:-1], 4)]


def test_unused_column_is_reported(tmp_path: Path) -> None:
    found = read_rows(tmp_path, (*ROW, "KOFFI"), headings=(*HEADINGS, "Nom"))
    assert found.report.unused == ("Nom",)
    assert "KOFFI" not in found.report.to_json()


@pytest.mark.parametrize(
    ("row", "line"),
    [
        (request(""), "case vide : numéro de la demande"),
        (request("CJ-1", status="bientôt"), "étape : mot inconnu : « bientôt »"),
        (request("CJ-1", phone="", birth=""), "ligne que personne ne pourrait lire : il faut un téléphone"),
        ((*ROW, "de trop"), "plus de cases que de titres"),
    ],
)
def test_wrong_row_is_refused_with_its_line(tmp_path: Path, row: tuple[str, ...], line: str) -> None:
    found = read_rows(tmp_path, request("CJ-0007"), row)
    assert [number for number, _ in refused(found)] == [3]
    assert line in refused(found)[0][1]
    assert not found.report.is_sound


def test_key_that_stands_twice_is_refused(tmp_path: Path) -> None:
    found = read_rows(tmp_path, request("CJ-0007"), request("cj 0007"), request("CJ-0008"))
    assert refused(found) == [(2, "clé en double : encore ligne 3"), (3, "clé en double : déjà ligne 2")]
    assert found.report.duplicates == 1


def test_missing_column_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileBroken, match=r"1:1: pas de colonne « Étape » parmi les titres"):
        read_rows(tmp_path, ("CJ1", "Casier", "28/09/2026"), headings=("Référence", "Service", "Date"))


def test_file_with_headings_only_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileBroken, match="aucune ligne sous les titres"):
        read_rows(tmp_path)


def test_feed_names_its_own_headings_and_words(tmp_path: Path) -> None:
    menus = copied_menus(tmp_path)
    with (menus / "registers" / "requests.yaml").open("a") as file:
        file.write("feeds:\n  justice:\n    columns: {Code interne: reference}\n    values: {status: {E1: ready}}\n")
    headings = ("Code interne", *HEADINGS[1:])
    found = read_rows(
        tmp_path, request("CJ-000123", status="E1"), headings=headings, register=requests("justice", menus)
    )
    assert found.staged[0][:3] == ("CJ000123", "Casier judiciaire", "ready")


def test_added_column_costs_no_python(tmp_path: Path) -> None:
    menus = copied_menus(tmp_path)
    file = menus / "registers" / "requests.yaml"
    added = "  office: {headings: [Bureau], form: text, most: 40, longest: Cotonou, optional: true}\n"
    file.write_text(file.read_text() + added)
    found = read_rows(tmp_path, (*ROW, "Parakou"), headings=(*HEADINGS, "Bureau"), register=requests(menus=menus))
    assert found.staged[0][-2] == '{"office": "Parakou"}'


@pytest.mark.parametrize(
    ("name", "feed", "what"),
    [
        ("request", "principal", "vouliez-vous dire « requests »"),
        ("requests", "Ma Feed", "une administration se nomme"),
    ],
)
def test_unknown_register_or_feed_is_refused(name: str, feed: str, what: str) -> None:
    with pytest.raises(RegisterRefused, match=what):
        find_register(MENUS, name, feed)
