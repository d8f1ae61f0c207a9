"""The files of centres: what is attested in ours, what they replace, and when a centre is open."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

from catalog.entries import read_all, read_entries
from catalog.entry_types import slug

MENUS = Path(__file__).parents[2] / "menus"
OURS = read_entries(MENUS).centres


def test_each_centre_is_attested_in_its_commune() -> None:
    assert len(OURS) == 20
    assert {slug(one.commune) for one in OURS.values()} == OURS.keys()
    opened = [one.opened for one in OURS.values()]
    assert {one and one.value for one in opened} == {"2021-12-21", "2023-03-21"}
    assert all(one and one.source.startswith("https://") for one in opened)


def test_what_nobody_attests_stays_unknown() -> None:
    assert {name for name, one in OURS.items() if one.landmark} == {"lokossa", "ouidah"}
    for key in ("address", "hours", "phone", "services", "position"):
        assert [name for name, one in OURS.items() if getattr(one, key)] == []


def menus_with(folder: Path, communes: str, **centres: str) -> Path:
    """Menus with these communes, and these files of centres."""
    menus = Path(shutil.copytree(MENUS, folder / "menus"))
    shutil.rmtree(menus / "centres")
    (menus / "centres").mkdir()
    (menus / "communes.csv").write_text(communes, encoding="utf-8")
    for name, text in centres.items():
        (menus / "centres" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return menus


SERVED = "department,commune,centre,opened,source\nZou,Covè,oui,2023-03-21,presse\nZou,Djidja,oui,,presse\n"


def test_centre_of_the_communes_file_is_one(tmp_path: Path) -> None:
    found = read_entries(menus_with(tmp_path, SERVED)).centres
    assert {name: (one.name, one.opened and one.opened.value) for name, one in found.items()} == {
        "centres-cove": ("Centre communal de services publics de Covè", "2023-03-21"),
        "centres-djidja": ("Centre communal de services publics de Djidja", None),
    }


def test_file_of_a_centre_replaces_the_communes_file(tmp_path: Path) -> None:
    found = read_entries(menus_with(tmp_path, SERVED, cove="name: Centre de Covè\ncommune: Cove\n")).centres
    assert {name: one.name for name, one in found.items()} == {
        "cove": "Centre de Covè",
        "centres-djidja": "Centre communal de services publics de Djidja",
    }


def test_centre_in_an_unknown_commune_is_a_problem(tmp_path: Path) -> None:
    _, problems = read_all(menus_with(tmp_path, SERVED, cave="name: Centre de Cave\ncommune: Cave\n"))
    assert [(Path(one.file).name, one.line, one.column, one.what) for one in problems] == [
        ("cave.yaml", 2, 10, "« Cave » n'est pas une commune de communes.csv (vouliez-vous dire « Covè » ?)")
    ]


def test_centre_is_open_from_its_opening_day() -> None:
    centre = OURS["kandi"]
    assert [centre.is_open(date(2021, 12, day)) for day in (20, 21, 22)] == [False, True, True]
