"""The file of communes: what it says, and what is wrong in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog.communes import Commune, read_communes
from state.text.positions import Position

MENUS = Path(__file__).parents[2] / "menus"
HEADER = "department,commune\n"
PLACED = "department,commune,latitude,longitude,located\n"
SERVED = "department,commune,centre,opened,source\n"
SERVED_AND_PLACED = SERVED.strip() + ",latitude,longitude,located\n"


def communes_of(folder: Path, text: str) -> list[Commune]:
    path = folder / "communes.csv"
    path.write_text(text, encoding="utf-8")
    found, problems = read_communes(path)
    assert problems == []
    return list(found.values())


def test_every_commune_has_its_seat() -> None:
    communes, problems = read_communes(MENUS / "communes.csv")
    assert problems == []
    assert len(communes) == 77
    assert len({one.department for one in communes.values()}) == 12
    seats = [one.seat for one in communes.values()]
    assert None not in seats
    assert all(6 < seat.latitude < 12.5 and 0.7 < seat.longitude < 3.9 for seat in seats if seat)


def test_place_of_a_commune_may_be_left_out(tmp_path: Path) -> None:
    expected = [Commune("Covè", "Zou")]
    for text in (HEADER + "Zou,Covè\n", PLACED + "Zou,Covè,,,\n", SERVED_AND_PLACED + "Zou,Covè,,,,,,\n"):
        assert communes_of(tmp_path, text) == expected
    expected = [Commune("Covè", "Zou", Position(7.22, -2.34))]
    assert communes_of(tmp_path, PLACED + "Zou,Covè,7.22,-2.34,carte\n") == expected


def test_the_file_may_say_that_there_is_a_centre(tmp_path: Path) -> None:
    text = SERVED + "Zou,Covè,oui,2023-03-21,presse\nZou,Djidja,oui,,presse\n"
    assert communes_of(tmp_path, text) == [
        Commune("Covè", "Zou", None, True, "2023-03-21", "presse"),
        Commune("Djidja", "Zou", None, True, "", "presse"),
    ]


BROKEN = [
    ("", 1, "aucune commune"),
    (HEADER, 1, "aucune commune"),
    ("a,b\n1,2\n", 2, "il faut les colonnes department, commune, latitude, longitude, located"),
    (HEADER + "Zou,Covè,2023-03-21\n", 2, "il faut les colonnes"),
    (SERVED + "Zou,Covè,oui,2023-03-21\n", 2, "il faut les colonnes"),
    (SERVED + "Zou,Covè,oui,2023-03-21,presse,encore\n", 2, "il faut les colonnes"),
    (PLACED + "Zou,Covè,,,\n,Bohicon,,,\n", 3, "il manque le département"),
    (PLACED + "Zou,Covè,,,\nZou,Cove,,,\n", 3, "déjà ligne 2"),
    (SERVED + "Zou,Covè,non,,\n", 2, "« non »"),
    (SERVED + "Zou,Covè,oui,21/03/2023,\n", 2, "AAAA-MM-JJ"),
    (SERVED + "Zou,Covè,,2023-03-21,\n", 2, "centre connu"),
    (PLACED + "Zou,Covè,7.2,\n", 2, "il faut les colonnes"),
    (PLACED + 'Zou,Covè,"7,2",2.3,carte\n', 2, "latitude : « 7,2 »"),
    (PLACED + "Zou,Covè,97.2,2.3,carte\n", 2, "latitude"),
    (PLACED + "Zou,Covè,7.2,nord,carte\n", 2, "longitude"),
    (PLACED + "Zou,Covè,7.2,,carte\n", 2, "latitude et longitude, ou aucune"),
]


@pytest.mark.parametrize(("text", "line", "what"), BROKEN)
def test_invalid_communes_file_names_the_line(tmp_path: Path, text: str, line: int, what: str) -> None:
    path = tmp_path / "communes.csv"
    path.write_text(text, encoding="utf-8")
    found, problems = read_communes(path)
    assert found == {}
    assert [(problem.line, what in problem.what) for problem in problems] == [(line, True)]


@pytest.mark.parametrize("raw", [None, b"\xff\xfe\x00"])
def test_unreadable_communes_file_is_reported(tmp_path: Path, raw: bytes | None) -> None:
    path = tmp_path / "communes.csv"
    if raw is not None:
        path.write_bytes(raw)
    found, (problem,) = read_communes(path)
    assert found == {}
    assert problem.what.startswith("lecture impossible")
