"""Register files that `zin check` refuses, each with its place and what to do."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from catalog.entries import read_all
from catalog.register_files import TableName
from registers.checks import problems
from registers.storable import STORABLE
from tests.support.database import MENUS
from tests.support.register_files import copied_menus

BROKEN = {
    "added column without a form": ("  offices: {headings: [Bureau]}", "la table n'a pas de colonne « offices »"),
    "column like one of the table": ("  notes: {headings: [Bureau]}", "(vouliez-vous dire « note » ?)"),
    "added text without a bound": ("  office: {headings: [Bureau], form: text}", "un texte a « most » et « longest »"),
    "name of a fact": ("  advice: {headings: [Conseil], form: date}", "« advice » est déjà un nom"),
    "heading of another column": (
        "  office: {headings: [Statut], form: date}",
        "« Statut » est déjà un titre de « status »",
    ),
    "values of a date": (
        "  day: {headings: [Jour], form: date, values: {Hier: x}}",
        "« day » n'a pas de valeurs fixes",
    ),
    "unknown column of a feed": (
        "feeds: {justice: {columns: {Code: referense}}}",
        "pas de colonne « referense » (vouliez-vous dire « reference » ?)",
    ),
    "unknown status of a feed": ("feeds: {justice: {values: {status: {E1: redy}}}}", "(vouliez-vous dire « ready » ?)"),
}


def found_in(menus: Path) -> list[str]:
    entries, wrong = read_all(menus)
    return [str(one).removeprefix(f"{menus}/") for one in (*wrong, *problems(menus, entries))]


@pytest.mark.parametrize(("added", "what"), BROKEN.values(), ids=BROKEN)
def test_broken_register_is_reported_with_its_line(tmp_path: Path, added: str, what: str) -> None:
    menus = copied_menus(tmp_path)
    file = menus / "registers" / "requests.yaml"
    lines = len(file.read_text().splitlines())
    file.write_text(f"{file.read_text()}{added}\n")
    found = found_in(menus)
    assert len(found) == 1
    assert found[0].startswith(f"registers/requests.yaml:{lines + 1}:")
    assert what in found[0]


@pytest.mark.parametrize(
    ("was", "becomes", "what"),
    [
        ("  status:", "  statuss:", "la colonne « status » est nécessaire"),
        ("table: requests", "table: careers", "« careers » est déjà dans careers.yaml"),
        ("table: requests", "table: outbox", "registers/requests.yaml:5:8"),
        ("Prêt: ready", "Prêt: redy", "« redy » n'est pas une valeur (vouliez-vous dire « ready » ?)"),
    ],
)
def test_changed_register_is_reported(tmp_path: Path, was: str, becomes: str, what: str) -> None:
    menus = copied_menus(tmp_path)
    file = menus / "registers" / "requests.yaml"
    file.write_text(file.read_text().replace(was, becomes, 1))
    assert any(what in one for one in found_in(menus)), found_in(menus)


def test_delivered_registers_have_no_problem() -> None:
    assert found_in(MENUS) == []


def test_every_storable_table_can_be_named() -> None:
    assert set(get_args(TableName)) == set(STORABLE)
