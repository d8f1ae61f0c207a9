"""Rows that cannot be results: each is refused with its line and a reason, and nothing else is lost."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from database import tables
from results.importing.layout import Layout
from results.importing.row_rules import LONGEST
from spreadsheets.refused_rows import MAX_LISTED
from tests.support.result_files import as_csv, read_bytes, read_rows, refused, row

USUAL = {"Passable": "10", "Assez bien": "12", "Bien": "14", "Très bien": "16"}

REFUSED = [
    # what is said, besides a good row               why
    ({"seat": ""}, "il manque le numéro de table"),
    ({"seat": " - "}, "il manque le numéro de table"),
    ({"seat": "12"}, "numéro de table impossible : il faut 3 à 16 chiffres ou lettres"),
    ({"seat": "1" * 17}, "numéro de table impossible : il faut 3 à 16 chiffres ou lettres"),
    ({"seat": "EXEMPLE Élodie"}, "numéro de table impossible : il faut 3 à 16 chiffres ou lettres"),
    ({"seat": "EXEMPLE"}, "numéro de table impossible : il faut 3 à 16 chiffres ou lettres, et un chiffre au moins"),
    ({"seat": "12345.0"}, "numéro de table abîmé : un tableur en a fait un nombre"),
    ({"seat": "1,23457E+11"}, "numéro de table abîmé : un tableur en a fait un nombre"),
    ({"verdict": ""}, "il manque le verdict"),
    ({"verdict": "Repêché"}, "verdict inconnu : « Repêché »"),
    ({"verdict": "ADMIS ?"}, "verdict inconnu : « ADMIS ? »"),
    ({"verdict": "\x1b[31mADMIS" + "!" * 40}, "verdict inconnu : « ?[31mADMIS!!!!!!!!!!!!!!!!!!!… »"),
    ({"mention": "Excellent"}, "mention inconnue : « Excellent »"),
    ({"verdict": "Refusé"}, "mention sans admission : Bien"),
    ({"verdict": "Admissible"}, "mention sans admission : Bien"),
    ({"mark": "20,01"}, "moyenne hors de 0 à 20 : 20,01"),
    ({"mark": "-1"}, "moyenne hors de 0 à 20 : -1"),
    ({"mark": "quatorze"}, "moyenne illisible : « quatorze »"),
    ({"series": "D" * 21}, "série : texte trop long : 20 signes au plus"),
    ({"centre": "C" * 61}, "centre : texte trop long : 60 signes au plus"),
    ({"department": "D" * 41}, "département : texte trop long : 40 signes au plus"),
    ({"centre": "CollÃ¨ge fictif"}, "centre : accents ou signes abîmés : « CollÃ¨ge fictif »"),
    ({"centre": "Coll\ufffdge fictif"}, "centre : accents ou signes abîmés"),
    ({"centre": "CEG\x07 fictif"}, "centre : accents ou signes abîmés : « CEG? fictif »"),
    ({"centre": "CEG\nfictif"}, "une case tient sur plusieurs lignes : jusqu'à la ligne 4"),
    ({"centre": "CEG", "more": "Zou", "beyond": "x"}, "plus de cases que de titres"),
]


@pytest.mark.parametrize(("said", "why"), REFUSED)
def test_refused_row_leaves_the_others(tmp_path: Path, said: dict[str, str], why: str) -> None:
    found = read_rows(tmp_path, row(seat="10001"), row(**{"seat": "10002", **said}), row(seat="10003"))
    assert [one.seat for one in found.results] == ["10001", "10003"]
    ((line, reason),) = refused(found)
    assert line == 3
    assert reason.startswith(why)
    assert (found.report.rows, found.report.refused, found.report.is_sound) == (3, 1, False)


def test_row_lists_all_faults_and_counts_once(tmp_path: Path) -> None:
    found = read_rows(tmp_path, row(seat="?", verdict="x", mark="21"))
    assert [line for line, _ in refused(found)] == [2, 2, 2]
    assert found.report.refused == 1


def test_unknown_verdict_is_refused(tmp_path: Path) -> None:
    found = read_rows(tmp_path, row(verdict="Admissible", mention=""), exam="cep")
    assert refused(found) == [(2, "verdict que cet examen ne connaît pas : « Admissible »")]


def test_duplicate_seat_gives_no_result(tmp_path: Path) -> None:
    again = (row(seat="1000-1", verdict="Refusé", mention=""), row(seat="10002"), row(seat="10001"))
    found = read_rows(tmp_path, row(), *again)
    assert [one.seat for one in found.results] == ["10002"]
    assert refused(found) == [
        (2, "numéro de table en double : encore ligne 3"),
        (3, "numéro de table en double : déjà ligne 2"),
        (5, "numéro de table en double : déjà ligne 2"),
    ]
    assert (found.report.duplicates, found.report.refused) == (1, 3)


def test_duplicate_seat_counts_beside_a_refused_row(tmp_path: Path) -> None:
    found = read_rows(tmp_path, row(verdict="?"), row())
    assert found.results == []
    assert found.report.duplicates == 1


def test_a_quoted_row_cannot_swallow_a_candidate(tmp_path: Path) -> None:
    raw = b'Table;Nom;Verdict\n10001;"A;ADMIS\n10002;B";ADMIS\n10003;C;ADMIS\n'
    found = read_bytes(tmp_path, raw)
    assert [one.seat for one in found.results] == ["10003"]
    assert refused(found) == [(2, "une case tient sur plusieurs lignes : jusqu'à la ligne 3")]


def test_a_shifted_row_is_not_shown(tmp_path: Path) -> None:
    found = read_bytes(tmp_path, b"Table,Nom,Verdict\n10001,EXEMPLE,Un,ADMIS\n")
    assert refused(found) == [
        (2, "plus de cases que de titres : une case qui contient le séparateur va entre guillemets")
    ]


def test_an_absent_candidate_needs_no_mark(tmp_path: Path) -> None:
    found = read_rows(tmp_path, row(verdict="Absent", mention="", mark="ABS"), row(seat="10002", mark="-"))
    assert [(one.verdict, one.mark) for one in found.results] == [("absent", None), ("admitted", None)]


def test_refusals_are_counted_and_first_ones_listed(tmp_path: Path) -> None:
    wrong = [row(seat=str(seat), verdict="?") for seat in range(1000, 1050)]
    found = read_rows(tmp_path, *wrong, row(seat="2000", mention="?"))
    assert found.report.reasons == {"verdict inconnu": 50, "mention inconnue": 1}
    assert [one.line for one in found.report.refusals] == [*range(2, 2 + MAX_LISTED), 52]


@pytest.mark.parametrize("field", LONGEST)
def test_what_is_accepted_has_room_in_the_registry(field: str) -> None:
    assert tables.exam_results.c[field].type.length == LONGEST[field]  # type: ignore[attr-defined,index]


# What only a layout tells


def test_missing_rule_refuses_nothing(tmp_path: Path) -> None:
    odd = row(mark="4", mention="Très bien", series="Z9")
    assert read_rows(tmp_path, odd).report.is_sound


@pytest.mark.parametrize(
    ("layout", "said", "why"),
    [
        (Layout(pass_mark="10"), {"mark": "9,99"}, "admis sous la moyenne exigée : 9,99 pour 10"),
        (
            Layout(mentions=USUAL),
            {"mark": "13,99"},
            "mention qui contredit la moyenne : Bien avec 13,99, qui donne Assez bien",
        ),
        (
            Layout(mentions=USUAL),
            {"mark": "9"},
            "mention qui contredit la moyenne : Bien avec 9, qui donne aucune mention",
        ),
        (Layout(series=("A1", "C")), {}, "série inconnue : « D »"),
        (Layout(seat="[0-9]{6}"), {}, "numéro de table impossible : il faut [0-9]{6}"),
        (Layout(verdicts={"ADMIS": "refused"}), {}, "mention sans admission : Bien"),
    ],
)
def test_what_a_layout_tells_is_held_to(tmp_path: Path, layout: Layout, said: dict[str, str], why: str) -> None:
    assert refused(read_rows(tmp_path, row(**said), layout=layout)) == [(2, why)]


@pytest.mark.parametrize(
    ("layout", "said"),
    [
        (Layout(pass_mark="10"), {"mark": "10", "mention": ""}),
        (Layout(pass_mark="10"), {"mark": "9", "verdict": "Admissible", "mention": ""}),
        (Layout(pass_mark="10", mentions=USUAL), {"mark": ""}),
        (Layout(mentions=USUAL), {"mark": "14"}),
        (Layout(mentions=USUAL), {"mark": "14", "mention": ""}),
        (Layout(series=("A1", "D")), {"series": "d"}),
        (Layout(series=("A1", "D")), {"series": "-"}),
        (Layout(seat="[0-9]{5}"), {"seat": "100-01"}),
        (Layout(verdicts={"A*": "admitted"}), {"verdict": "a*"}),
    ],
)
def test_what_agrees_with_a_layout_is_kept(tmp_path: Path, layout: Layout, said: dict[str, str]) -> None:
    assert read_rows(tmp_path, row(**said), layout=layout).report.is_sound


def test_layout_names_unusual_columns(tmp_path: Path) -> None:
    layout = Layout(columns={"code jury": "seat", "Avis": "verdict"}, verdicts={"OK": "admitted"})
    raw = as_csv([("Code jury", "Table", "AVIS", "Moyenne"), ("90001", "7", "ok", "11")])
    found = read_bytes(tmp_path, raw, layout=layout)
    assert [(one.seat, one.verdict, one.mark) for one in found.results] == [("90001", "admitted", Decimal(11))]
    assert found.report.unused == ("Table",)
