"""Messages of ministries: stored once for their reference, checked whole, within a budget, and counted."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from sqlalchemy import select

from api.message_models import NewMessage
from api.problems import ApiProblem
from api.request_models import parse_model
from database import tables
from reporting.time_zone import zone
from tests.support.ministry_api import Ministry
from tests.support.ministry_house import ANA, BIO, CHI, VALUES, House, message, ministry_house
from tests.support.postgresql import Server

pytestmark = pytest.mark.slow


@pytest.fixture
async def house(server: Server | None, valkey_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with ministry_house(valkey_url, tmp_path, await server.new() if server else "") as house:
        yield house


@pytest.fixture
async def justice(house: House) -> Ministry:
    return await house.ministry()


async def stored(house: House) -> tuple[int, int]:
    """The number of messages and of recipients."""
    database = house.services.database
    return len(await database.rows(select(tables.ministry_messages))), len(
        await database.rows(select(tables.ministry_recipients))
    )


async def test_message_is_accepted_and_found_both_ways(house: House, justice: Ministry) -> None:
    answer = await justice.call("POST", "/messages", message(ANA, BIO))
    assert answer.status == 202
    receipt = answer.body
    assert (receipt["recipients"], receipt["reference"], receipt["mode"]) == (2, "dossier-417.pret", "live")
    assert receipt["parts"] >= 2
    assert (receipt["created_at"], receipt["send_at"]) == ("2026-09-22T12:00:00+01:00",) * 2
    assert receipt["expires_at"] == "2026-09-23T12:00:00+01:00"
    counts = {"waiting": 2, "sent": 0, "delivered": 0, "failed": 0, "expired": 0, "refused": 0}
    by_id = await justice.call("GET", f"/messages/{receipt['id']}")
    assert (by_id.status, by_id.body) == (200, {**receipt, "counts": counts})
    assert await justice.call("GET", "/messages?reference=dossier-417.pret") == by_id


async def test_same_request_again_has_the_same_answer(house: House, justice: Ministry) -> None:
    first = await justice.call("POST", "/messages", message())
    house.clock.now += 8 * 24 * 3600
    assert await justice.call("POST", "/messages", message()) == first
    assert await stored(house) == (1, 1)


async def test_same_request_at_once_is_stored_once(house: House, justice: Ministry) -> None:
    answers = await asyncio.gather(*(justice.call("POST", "/messages", message(ANA, BIO)) for _ in range(6)))
    assert all(answer == answers[0] for answer in answers)
    assert answers[0].status == 202
    assert await stored(house) == (1, 2)
    (spent,) = await house.services.database.rows(select(tables.ministry_parts))
    assert spent["parts"] == answers[0].body["parts"]


async def test_other_content_under_a_reference_is_a_conflict(house: House, justice: Ministry) -> None:
    bodies = [message(ANA), message(BIO), message(ANA, values={**VALUES, "place": "Tribunal de Parakou"})]
    answers = [await justice.call("POST", "/messages", body) for body in bodies]
    assert [answer.status for answer in answers] == [202, 409, 409]
    assert "dossier-417.pret" in answers[1].body["detail"]
    at_once = [message(phone, reference="other") for phone in (ANA, BIO)]
    found = await asyncio.gather(*(justice.call("POST", "/messages", body) for body in at_once))
    assert sorted(answer.status for answer in found) == [202, 409]


async def test_key_reads_messages_of_its_ministry_only(house: House, justice: Ministry) -> None:
    receipt = (await justice.call("POST", "/messages", message())).body
    colleague = await house.ministry()
    strangers = [await house.ministry(ministry="sante"), await house.ministry(mode="test")]
    assert (await colleague.call("GET", f"/messages/{receipt['id']}")).status == 200
    for stranger in strangers:
        for path in (f"/messages/{receipt['id']}", "/messages?reference=dossier-417.pret"):
            assert (await stranger.call("GET", path)).body["type"] == "urn:zin:problem:not-found"


async def test_reference_of_another_ministry_is_free(house: House, justice: Ministry) -> None:
    live = await justice.call("POST", "/messages", message())
    test = await (await house.ministry(mode="test")).call("POST", "/messages", message(BIO))
    assert (live.status, test.status) == (202, 202)
    assert live.body["id"] != test.body["id"]


async def test_template_of_another_ministry_looks_unknown(house: House) -> None:
    health = await house.ministry(ministry="sante")
    theirs = await health.call("POST", "/messages", message())
    none = await health.call("POST", "/messages", message(template="nowhere"))
    assert theirs == none
    assert theirs.body["errors"] == [
        {"field": "template", "message": "ce modèle n'est pas à ce ministère ; il a : aucun"}
    ]


def at(hour: str) -> str:
    return datetime.fromisoformat(hour).replace(tzinfo=zone()).isoformat()


DATED = {name: value for name, value in VALUES.items() if name != "document"}
FAULTS: list[tuple[dict[str, Any], str, str]] = [
    ({"purpose": "publicite"}, "purpose", "ce modèle sert à : retrait"),
    ({"values": {**DATED, "document": ""}}, "to.0.values.document", "écrivez un texte d'une ligne"),
    ({"values": DATED}, "to.0.values.document", "il manque cette valeur"),
    ({"values": {**VALUES, "x": "1"}}, "to.0.values.x", "le modèle n'a pas cette valeur"),
    ({"values": {**VALUES, "until": "demain"}}, "to.0.values.until", "écrivez la date comme 2026-12-31"),
    ({"values": {**VALUES, "until": "2026-02-30"}}, "to.0.values.until", "écrivez la date comme 2026-12-31"),
    ({"values": {**VALUES, "document": "x" * 28}}, "to.0.values.document", "25 caractères au plus"),
    ({"values": {**VALUES, "document": "a\nb"}}, "to.0.values.document", "écrivez un texte d'une ligne"),
    ({"values": {**VALUES, "document": "voir gagne.com"}}, "to.0.values.document", "une adresse web"),
    ({"to": [{"phone": "123456"}]}, "to.0.phone", "ce numéro de téléphone est impossible"),
    ({"to": [{"phone": ANA}, {"phone": "90000001"}]}, "to.1.phone", "ce numéro est déjà dans to.0"),
    ({"to": []}, "to", "il en faut au moins 1"),
    ({"send_at": at("2026-12-01T08:00")}, "send_at", "trente jours d'avance au plus"),
    ({"expires_at": at("2026-09-22T11:59")}, "expires_at", "il faut une heure après send_at"),
    ({"expires_at": at("2026-10-22T11:59")}, "expires_at", "sept jours après send_at au plus"),
    ({"reference": "2290190000001"}, "reference", "une référence est dans des adresses et des journaux"),
    ({"reference": "dossier 417"}, "reference", "ce texte n'a pas la forme"),
]


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
async def test_fault_is_named_and_nothing_is_stored(house: House, justice: Ministry) -> None:
    for change, field, text in FAULTS:
        answer = await justice.call("POST", "/messages", message(**change))
        assert answer.status == 422, change
        assert [one["field"] for one in answer.body["errors"]] == [field], change
        assert answer.body["errors"][0]["message"].startswith(text), change
    assert await stored(house) == (0, 0)


async def test_message_over_the_budget_stores_nothing(house: House) -> None:
    parts = (await (await house.ministry()).call("POST", "/messages", message())).body["parts"]
    poor = await house.ministry(parts_per_day=2 * parts)
    bodies = [message(reference=f"r{number}") for number in range(5)]
    answers = await asyncio.gather(*(poor.call("POST", "/messages", body) for body in bodies))
    assert sorted(answer.status for answer in answers) == [202, 202, 429, 429, 429]
    refused = next(answer for answer in answers if answer.status == 429)
    assert refused.body["type"] == "urn:zin:problem:over-budget"
    assert "il en reste 0" in refused.body["detail"]
    assert await stored(house) == (3, 3)
    house.clock.now += 24 * 3600
    again = await poor.call("POST", "/messages", message(reference="tomorrow"))
    assert again.status == 202


async def test_list_of_ten_thousand_is_accepted(house: House) -> None:
    rich = await house.ministry(parts_per_day=10**6)
    many = [f"+22901{90000000 + number}" for number in range(10_000)]
    answer = await rich.call("POST", "/messages", message(*many))
    assert (answer.status, answer.body["recipients"]) == (202, 10_000)
    assert await stored(house) == (1, 10_000)
    more = await rich.call("POST", "/messages", message(*many, CHI.replace("19", "14"), reference="more"))
    assert more.body["errors"] == [{"field": "to", "message": "il y en a trop : 10000 au plus"}]


async def test_no_column_shows_a_number_or_a_value(house: House, justice: Ministry) -> None:
    await justice.call("POST", "/messages", message())
    for table in (tables.ministry_messages, tables.ministry_recipients, tables.ministry_parts):
        rows = str(await house.services.database.rows(select(table)))
        assert "90000001" not in rows
        assert "Casier" not in rows


TEXTS = some.text(max_size=30)


@settings(max_examples=200)
@given(some.fixed_dictionaries(dict.fromkeys(("reference", "template", "purpose"), TEXTS)), some.lists(TEXTS))
def test_any_message_is_accepted_or_a_problem(fields: dict[str, str], phones: list[str]) -> None:
    body = {**fields, "to": [{"phone": phone} for phone in phones]}
    with suppress(ApiProblem):
        assert parse_model(json.dumps(body).encode(), NewMessage).reference == fields["reference"]
