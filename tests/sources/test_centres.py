"""The nearest centre: by distance, to a commune or a location."""

from __future__ import annotations

from datetime import date
from math import acos, cos, radians, sin
from pathlib import Path

import pytest

from catalog.entries import read_entries
from sources.centres import Centres
from state.interfaces import Outcome
from state.text.positions import Position

ENTRIES = read_entries(Path(__file__).parents[2] / "menus")
TODAY = date(2026, 11, 29)
OURS = Centres(ENTRIES.communes, ENTRIES.centres, lambda: TODAY)


async def nearest(commune: str, centres: Centres = OURS) -> Outcome:
    return await centres.ask("centres.nearest", {"commune": commune})


async def found_by(typed: str, centres: Centres = OURS) -> list[str]:
    return [row["name"] for row in (await centres.ask("centres.search", {"commune_name": typed})).rows]


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
async def test_communes_are_found_as_they_are_typed(typed: str, first: str) -> None:
    found = await found_by(typed)
    assert found[0] == first
    assert len(found) <= 9


@pytest.mark.parametrize("name", [one.name for one in ENTRIES.communes.values()])
async def test_commune_is_found_first_by_its_name(name: str) -> None:
    assert (await found_by(name))[0] == name


@pytest.mark.parametrize(
    ("commune", "trigger", "place", "km", "others"),
    [
        ("kandi", "found", "Kandi", "", ""),
        ("zagnanado", "elsewhere", "Covè", "5", "Pobè (41 km), Djidja (51 km)"),
        ("cotonou", "elsewhere", "Sèmè-Podji", "22", "Adjarra (33 km), Ouidah (37 km)"),
        ("parakou", "elsewhere", "Nikki", "92", "Ouèssè (97 km), Bembèrèkè (99 km)"),
        ("karimama", "elsewhere", "Malanville", "31", "Kandi (107 km), Bembèrèkè (212 km)"),
    ],
)
async def test_nearest_centre_is_by_distance(commune: str, trigger: str, place: str, km: str, others: str) -> None:
    answer = await nearest(commune)
    facts = answer.facts
    assert (answer.trigger, facts["place"], facts["km"], facts["others"]) == (trigger, place, km, others)


def degrees_apart(one: Position, other: Position) -> float:
    """The angle between two positions by the law of cosines: another formula than ours."""
    north, south = radians(one.latitude), radians(other.latitude)
    along = cos(radians(one.longitude - other.longitude))
    return acos(min(1.0, sin(north) * sin(south) + cos(north) * cos(south) * along))


@pytest.mark.parametrize("commune", sorted(ENTRIES.communes))
async def test_no_other_centre_is_nearer(commune: str) -> None:
    seats = {one.name: one.seat for one in ENTRIES.communes.values() if one.seat}
    here = seats[ENTRIES.communes[commune].name]
    place = (await nearest(commune)).facts["place"]
    apart = {one.commune: degrees_apart(here, seats[one.commune]) for one in ENTRIES.centres.values()}
    assert place == min(apart, key=lambda name: apart[name])


@pytest.mark.parametrize(
    ("sent", "names"),
    [
        ("geo:11.13,2.94", ["Kandi (1 km)", "Malanville (95 km)"]),
        ("geo:6.37,2.39", ["Sèmè-Podji (25 km)", "Ouidah (34 km)", "Adjarra (36 km)"]),
        ("geo:48.85,2.35", []),
    ],
)
async def test_location_finds_the_nearest_centres(sent: str, names: list[str]) -> None:
    assert (await found_by(sent))[: len(names) or None] == names


async def test_row_of_a_location_leads_to_its_centre() -> None:
    rows = (await OURS.ask("centres.search", {"commune_name": "geo:6.37,2.39"})).rows
    answer = await nearest(rows[1]["id"])
    assert answer.trigger == "found"
    assert (answer.facts["commune"], answer.facts["km"]) == ("Ouidah", "34")
    assert (await nearest(f"nulle-part{rows[1]['id']}")).trigger == "unknown"


async def test_one_commune_is_as_far_as_its_location() -> None:
    """A location at a seat and the commune of this seat measure the same way."""
    cotonou = ENTRIES.communes["cotonou"].seat
    assert cotonou
    rows = (
        await OURS.ask("centres.search", {"commune_name": f"geo:{cotonou.latitude:.2f},{cotonou.longitude:.2f}"})
    ).rows
    assert [row["name"] for row in rows] == (await nearest("cotonou")).facts["centres"].split(", ")
