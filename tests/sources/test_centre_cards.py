"""What is read of a centre: what is known on the day, and what is to be confirmed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from catalog.centres import Centre
from catalog.communes import Commune
from sources.centres import Centres
from state.interfaces import Outcome
from state.text.positions import Position

TODAY = date(2026, 11, 29)
SOURCE = {"source": "la presse", "as_of": "2026"}
COMMUNES: Mapping[str, Commune] = {
    "cove": Commune("Covè", "Zou", Position(7.22, 2.34)),
    "bohicon": Commune("Bohicon", "Zou", Position(7.18, 2.07)),
    "ailleurs": Commune("Ailleurs", "Zou"),
    "loin": Commune("Loin", "Mono"),
}


async def nearest(commune: str, centres: Centres) -> Outcome:
    return await centres.ask("centres.nearest", {"commune": commune})


def centres_of(*given: Mapping[str, object], today: date = TODAY) -> Centres:
    made = {
        f"c{number}": Centre.model_validate({"name": f"Centre {number}", **one}) for number, one in enumerate(given)
    }
    return Centres(COMMUNES, made, lambda: today)


COMPLETE = {
    "commune": "Covè",
    "opened": {"value": "2023-03-21", **SOURCE},
    "address": {"value": "place du marché", **SOURCE},
    "landmark": {"value": "face à la mairie", **SOURCE},
    "hours": {"value": "8 h à 17 h", "note": "fermé le midi", **SOURCE},
    "phone": {"value": "01 00 00 00 00", **SOURCE},
    "services": {"value": ["actes", "casier"], **SOURCE},
}


async def test_card_says_all_that_is_known() -> None:
    facts = (await nearest("cove", centres_of(COMPLETE))).facts
    assert {
        key: facts[key] for key in ("opened", "address", "landmark", "hours", "phone", "services", "to_confirm")
    } == {
        "opened": "2023-03-21",
        "address": "place du marché",
        "landmark": "face à la mairie",
        "hours": "8 h à 17 h (fermé le midi)",
        "phone": "01 00 00 00 00",
        "services": "actes, casier",
        "to_confirm": "",
    }


@pytest.mark.parametrize(
    ("missing", "to_confirm"),
    [
        (["address"], ""),
        (["address", "landmark"], "adresse"),
        (["hours", "phone"], "horaires, téléphone"),
        (["opened", "services"], ""),
    ],
)
async def test_card_names_what_is_to_be_confirmed(missing: list[str], to_confirm: str) -> None:
    known = {key: fact for key, fact in COMPLETE.items() if key not in missing}
    facts = (await nearest("cove", centres_of(known))).facts
    assert facts["to_confirm"] == to_confirm
    assert [facts[key] for key in missing] == [""] * len(missing)


async def test_position_of_a_centre_counts_before_its_commune() -> None:
    place = {"latitude": "7.20", "longitude": "2.08", **SOURCE}
    facts = (await nearest("bohicon", centres_of({"commune": "Covè"}))).facts
    assert facts["km"] == "30"
    facts = (await nearest("bohicon", centres_of({"commune": "Covè", "position": place}))).facts
    assert facts["km"] == "2"


async def test_centres_of_one_commune_go_by_their_names() -> None:
    both = centres_of({"commune": "Covè"}, {"commune": "Covè"})
    assert (await nearest("cove", both)).facts["others"] == "Centre 1"
    assert (await nearest("bohicon", both)).facts["centres"] == "Centre 0 (30 km), Centre 1 (30 km)"


async def test_unmeasured_commune_names_its_department() -> None:
    answer = await nearest("ailleurs", centres_of({"commune": "Covè"}))
    assert answer.trigger == "elsewhere"
    assert (answer.facts["place"], answer.facts["km"], answer.facts["others"]) == ("", "", "Covè")
    assert (await nearest("loin", centres_of({"commune": "Covè"}))).trigger == "unknown"


async def test_day_decides_what_is_open_and_past() -> None:
    day = [date(2027, 3, 31)]
    hours = {"value": "8 h à 17 h", "until": "2027-03-31", **SOURCE}
    new = {"commune": "Bohicon", "opened": {"value": "2027-04-01", **SOURCE}}
    made = {
        "old": Centre.model_validate({"name": "Ancien", "commune": "Covè", "hours": hours}),
        "new": Centre.model_validate({"name": "Nouveau", **new}),
    }
    centres = Centres(COMMUNES, made, lambda: day[0])
    assert (await nearest("cove", centres)).facts["hours"] == "8 h à 17 h"
    assert (await nearest("bohicon", centres)).trigger == "elsewhere"
    day[0] = date(2027, 4, 1)
    assert (await nearest("cove", centres)).facts["hours"] == ""
    assert (await nearest("bohicon", centres)).trigger == "found"
