"""The communes: their file, the table that follows it, and finding one by a name typed in a hurry."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import select

from catalog.communes import load_communes, read_communes
from database import tables
from sources.registry import build_sources
from state.errors import InvalidMenu
from tests.support.database import MENUS, Registry
from tests.support.patience import PATIENCE

HEADER = "department,commune,centre,opened,source\n"
PLACED = HEADER.strip() + ",latitude,longitude,located\n"


async def test_the_table_of_communes_follows_its_file(registry: Registry, tmp_path: Path) -> None:
    path = tmp_path / "communes.csv"
    asked = select(tables.communes.c.commune, tables.communes.c.opened).order_by(tables.communes.c.commune)
    for text, communes in [
        ("Zou,Bohicon,,,\nZou,Covè,oui,2023-03-21,presse\n", ["Bohicon", "Covè"]),
        ("Zou,Bohicon,oui,2027-01-01,presse\nZou,Covè,oui,2023-03-21,presse\n", ["Bohicon", "Covè"]),
        ("Zou,Covè,oui,,presse\n", ["Covè"]),
    ]:
        path.write_text(HEADER + text)
        await load_communes(registry.database, path)
        rows = await registry.database.rows(asked)
        assert [row["commune"] for row in rows] == communes
        await load_communes(registry.database, path)
        assert await registry.database.rows(asked) == rows
    assert rows[0]["opened"] is None


async def test_unchanged_communes_are_not_written_again(registry: Registry) -> None:
    await load_communes(registry.database, MENUS / "communes.csv")
    async with (
        registry.database.exclusive_transaction(),
        asyncio.timeout(PATIENCE),
    ):  # a writer would have to wait for its turn
        await load_communes(registry.database, MENUS / "communes.csv")


def test_the_file_of_communes_is_complete() -> None:
    rows = read_communes(MENUS / "communes.csv")
    assert len(rows) == 77
    assert len({row["department"] for row in rows}) == 12
    assert all(row["centre"] or row["opened"] is None for row in rows)


BROKEN = [
    ("", 1, "aucune commune"),
    (HEADER, 1, "aucune commune"),
    ("a,b\n1,2\n", 2, "cinq colonnes"),
    (HEADER + "Zou,Covè,oui,2023-03-21\n", 2, "cinq colonnes"),
    (HEADER + "Zou,Covè,oui,2023-03-21,presse,encore\n", 2, "cinq colonnes"),
    (HEADER + "Zou,Covè,,,\n,Bohicon,,,\n", 3, "il manque le département"),
    (HEADER + "Zou,Covè,,,\nZou,Cove,,,\n", 3, "déjà ligne 2"),
    (HEADER + "Zou,Covè,non,,\n", 2, "« non »"),
    (HEADER + "Zou,Covè,oui,21/03/2023,\n", 2, "AAAA-MM-JJ"),
    (HEADER + "Zou,Covè,,2023-03-21,\n", 2, "centre connu"),
    (PLACED + "Zou,Covè,,,,7.2,\n", 2, "cinq colonnes"),
    (PLACED + 'Zou,Covè,,,,"7,2",2.3,carte\n', 2, "latitude : « 7,2 »"),
    (PLACED + "Zou,Covè,,,,97.2,2.3,carte\n", 2, "latitude"),
    (PLACED + "Zou,Covè,,,,7.2,nord,carte\n", 2, "longitude"),
]


def test_place_of_a_commune_may_be_left_out(tmp_path: Path) -> None:
    path = tmp_path / "communes.csv"
    for text in (HEADER + "Zou,Covè,,,\n", PLACED + "Zou,Covè,,,,,,\n"):
        path.write_text(text)
        assert read_communes(path)[0]["latitude"] is None
    path.write_text(PLACED + "Zou,Covè,,,,7.22,-2.34,carte\n")
    assert (read_communes(path)[0]["latitude"], read_communes(path)[0]["longitude"]) == (7.22, -2.34)


@pytest.mark.parametrize(("text", "line", "what"), BROKEN)
def test_invalid_communes_file_names_the_line(tmp_path: Path, text: str, line: int, what: str) -> None:
    path = tmp_path / "communes.csv"
    path.write_text(text)
    with pytest.raises(InvalidMenu) as error:
        read_communes(path)
    assert [problem.line for problem in error.value.problems] == [line]
    assert what in str(error.value)


@pytest.mark.parametrize("raw", [None, b"\xff\xfe\x00"])
def test_unreadable_communes_file_is_reported(tmp_path: Path, raw: bytes | None) -> None:
    path = tmp_path / "communes.csv"
    if raw is not None:
        path.write_bytes(raw)
    with pytest.raises(InvalidMenu, match="lecture impossible"):
        read_communes(path)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("parakou", "Parakou"),
        ("abomey calavi", "Abomey-Calavi"),
        ("ABOMEY", "Abomey"),
        ("natitngou", "Natitingou"),
        ("porto novo", "Porto-Novo"),
        ("portonovo", "Porto-Novo"),
        ("ndali", "N'Dali"),
        ("n dali", "N'Dali"),
        ("ze", "Zè"),
        ("so ava", "Sô-Ava"),
        ("bembereke", "Bembèrèkè"),
        ("seme kpodji", "Sèmè-Podji"),
        ("dassa", "Dassa-Zoumè"),
        ("cotonu", "Cotonou"),
    ],
)
async def test_communes_are_found_as_they_are_typed(filled: Registry, typed: str, first: str) -> None:
    sources = build_sources(filled.settings, filled.database)
    found = await sources.ask("centres.search", {"commune_name": typed})
    await sources.close()
    assert found.rows[0]["name"] == first
    assert len(found.rows) <= 9


@pytest.mark.parametrize(
    ("sent", "names"),
    [
        ("geo:11.13,2.94", ["Kandi"]),
        ("geo:6.37,2.39", ["Sèmè-Podji"]),
        ("geo:48.85,2.35", []),
    ],
)
async def test_location_finds_the_nearest_known_centres(filled: Registry, sent: str, names: list[str]) -> None:
    sources = build_sources(filled.settings, filled.database)
    found = await sources.ask("centres.search", {"commune_name": sent})
    await sources.close()
    assert [row["name"] for row in found.rows][:1] == names
    assert len(found.rows) <= 3


async def test_commune_is_found_first_by_its_name(filled: Registry) -> None:
    sources = build_sources(filled.settings, filled.database)
    for row in read_communes(MENUS / "communes.csv"):
        found = await sources.ask("centres.search", {"commune_name": row["commune"]})
        assert found.rows[0]["name"] == row["commune"]
    await sources.close()
