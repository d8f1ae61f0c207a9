"""Cells of register files: each spelling of a value gives that value, and what is unclear is refused."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from registers.cells import CellReader, CellRules
from registers.storable import CellForm
from spreadsheets.refused_rows import Rejection

TODAY = date(2026, 11, 29)
KNOWN = {"encours": "checking", "prete": "ready"}


def read(form: CellForm, written: str, **rules: Any) -> Any:
    width = 2 if form == "birth" else 1
    return CellReader(CellRules(form, "colonne", width, known=KNOWN, **rules), TODAY).read(written)


@pytest.mark.parametrize(
    ("form", "written", "values"),
    [
        ("code", "cj-000 123", ("CJ000123",)),
        ("code", "１２３", ("123",)),
        ("text", "  Casier \n judiciaire ", ("Casier judiciaire",)),
        ("date", "28/09/2026", (date(2026, 9, 28),)),
        ("date", "2026-09-28", (date(2026, 9, 28),)),
        ("date", "2026-09-28T10:30:00", (date(2026, 9, 28),)),
        ("date", "(2026-09-28)", (date(2026, 9, 28),)),
        ("date", "(2026-09-28 00:00:00)", (date(2026, 9, 28),)),
        ("date", "30/11/2026", (date(2026, 11, 30),)),
        ("birth", "05/03/1990", (date(1990, 3, 5), None)),
        ("birth", "05031990", (date(1990, 3, 5), None)),
        ("birth", "1961", (None, 1961)),
        ("birth", "né vers 1961", (None, 1961)),
        ("birth", "00/00/1961", (None, 1961)),
        ("birth", "1961-00-00", (None, 1961)),
        ("phone_tail", "+229 01 97 00 12 34", ("1234",)),
        ("phone_tail", "97001234", ("1234",)),
        ("phone_tail", "0007", ("0007",)),
        ("status", "EN COURS", ("checking",)),
        ("choice", "Prête", ("ready",)),
        ("money", "12 500 F CFA", ("12500",)),
        ("number", "007", ("7",)),
    ],
)
def test_cell_gives_its_value(form: CellForm, written: str, values: tuple[Any, ...]) -> None:
    assert read(form, written) == values


@pytest.mark.parametrize(
    ("form", "written", "what"),
    [
        ("code", "", "case vide"),
        ("code", "KOFFI", "impossible"),
        ("code", "1,2E+10", "abîmé"),
        ("code", "A1\0B", "impossible"),
        ("code", "1" * 33, "impossible"),
        ("text", "x" * 161, "texte trop long"),
        ("text", "DÃ©cision", "accents ou signes abîmés"),
        ("text", "#N/A", "accents ou signes abîmés"),
        ("date", "28/09/26", "date illisible"),
        ("date", "44927", "date illisible"),
        ("date", "31/02/2026", "date illisible"),
        ("date", "01/12/2026", "date impossible"),
        ("date", "01/01/1899", "date impossible"),
        ("birth", "200361", "date illisible"),
        ("birth", "30/11/2026", "date impossible"),
        ("birth", "2027", "date illisible"),
        ("phone_tail", "12", "illisible"),
        ("phone_tail", "7.0E+7", "illisible"),
        ("status", "bientôt", "mot inconnu"),
        ("money", "gratuit", "nombre illisible"),
    ],
)
def test_unclear_cell_is_refused(form: CellForm, written: str, what: str) -> None:
    found = read(form, written)
    assert isinstance(found, Rejection)
    assert what in found.reason


@pytest.mark.parametrize("form", ["code", "birth", "phone_tail"])
def test_personal_cell_is_never_shown(form: CellForm) -> None:
    found = read(form, "KOFFI Afi")
    assert isinstance(found, Rejection)
    assert "KOFFI" not in f"{found.reason} {found.detail}"


@pytest.mark.parametrize(("form", "empty"), [("text", ("",)), ("birth", (None, None)), ("phone_tail", ("",))])
def test_optional_cell_may_be_empty(form: CellForm, empty: tuple[Any, ...]) -> None:
    assert read(form, " ", optional=True) == empty


def test_default_stands_for_an_empty_cell() -> None:
    assert read("choice", "", default="en cours") == ("checking",)
