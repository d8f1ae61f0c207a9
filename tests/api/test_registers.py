"""Rows that ministries push: each in its own feed, whole or not at all, and citizens who asked read of them at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import select

from database import tables
from tests.support.audit_entries import done
from tests.support.ministry_api import Ministry
from tests.support.ministry_house import House, ministry_house
from tests.support.postgresql import Server

pytestmark = pytest.mark.slow
ROW = {"service": "Casier judiciaire", "status": "received", "updated": "2026-09-01", "phone": "0001"}


@pytest.fixture
async def house(server: Server | None, valkey_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with ministry_house(valkey_url, tmp_path, await server.new() if server else "") as house:
        yield house


@pytest.fixture
async def justice(house: House) -> Ministry:
    return await house.ministry()


async def put(ministry: Ministry, reference: str = "CJ-000777", **changes: str) -> Any:
    return await ministry.call("PUT", f"/registers/requests/{reference}", {"values": {**ROW, **changes}})


async def stored(house: House, reference: str = "CJ000777") -> dict[str, Any] | None:
    rows = await house.services.database.rows(select(tables.requests).where(tables.requests.c.reference == reference))
    return rows[0] if rows else None


async def test_row_is_added_changed_and_removed(house: House, justice: Ministry) -> None:
    answers = [
        await put(justice),
        await put(justice),
        await put(justice, status="ready"),
        await justice.call("DELETE", "/registers/requests/CJ-000777"),
        await justice.call("DELETE", "/registers/requests/CJ-000777"),
    ]
    assert [(one.status, one.body["done"]) for one in answers] == [
        (200, "added"),
        (200, "unchanged"),
        (200, "changed"),
        (200, "removed"),
        (200, "unchanged"),
    ]
    assert await stored(house) is None
    entries = [entry for entry in await done(house.services.database) if entry.action == "registers write"]
    assert [entry.operator for entry in entries] == [f"api:{justice.key.id}"] * 3


async def test_citizen_reads_the_row(house: House, justice: Ministry) -> None:
    await put(justice, status="ready")
    answers = {"reference": "CJ-000777", "proof": "0001"}
    outcome = await house.services.sources.ask("requests.status", answers)
    assert (outcome.trigger, outcome.facts["service"]) == ("found", "Casier judiciaire")


async def test_same_row_at_once_is_added_once(house: House, justice: Ministry) -> None:
    answers = await asyncio.gather(*(put(justice) for _ in range(5)))
    assert sorted(one.body["done"] for one in answers) == ["added", *["unchanged"] * 4]


async def test_batch_is_written_whole_or_not_at_all(house: House, justice: Ministry) -> None:
    rows = [{**ROW, "reference": f"CJ-00{number}"} for number in range(1000, 1050)]
    first = await justice.call("POST", "/registers/requests", {"rows": rows})
    assert (first.status, first.body) == (200, {"added": 50, "changed": 0, "removed": 0})
    rows[7]["status"] = "nowhere"
    rows[0]["note"] = "Changé."
    wrong = await justice.call("POST", "/registers/requests", {"rows": rows, "removed": ["CJ-001049"]})
    assert wrong.status == 422
    assert [one["field"] for one in wrong.body["errors"]] == ["rows.7"]
    assert "étape" in wrong.body["errors"][0]["message"]
    pushed = await stored(house, "CJ001000")
    assert pushed
    assert pushed["note"] == ""
    assert await stored(house, "CJ001049")


async def test_row_of_another_ministry_is_out_of_reach(house: House, justice: Ministry) -> None:
    await put(justice)
    before = await stored(house)
    health = await house.ministry(ministry="sante")
    answers = [
        await put(health, status="rejected"),
        await health.call("DELETE", "/registers/requests/CJ-000777"),
        await health.call("POST", "/registers/requests", {"rows": [{**ROW, "reference": "cj 000777"}]}),
        await health.call("POST", "/registers/requests", {"removed": ["CJ000777"]}),
    ]
    assert [one.status for one in answers] == [422] * 4
    assert {one.body["errors"][0]["message"] for one in answers} == {
        "clé d'une autre administration cette ligne n'est pas à vous : rien n'est changé"
    }
    assert await stored(house) == before


async def test_test_key_writes_nothing_and_answers_alike(house: House) -> None:
    ministry = await house.ministry(mode="test")
    for _ in range(2):
        answer = await put(ministry)
        assert (answer.status, answer.body) == (200, {"done": "added"})
    assert await stored(house) is None
    assert (await put(ministry, status="nowhere")).status == 422
    assert [one.action for one in await done(house.services.database) if "write" in one.action] == []


async def test_who_asked_is_due_at_once(house: House, justice: Ministry) -> None:
    await put(justice)
    await house.follow("+2290190000001", reference="CJ000777")
    due = select(tables.promises.c.due_at)
    before = await house.services.database.rows(due)
    await put(justice)
    assert await house.services.database.rows(due) == before
    await put(justice, status="ready")
    assert await house.services.database.rows(due) != before


FAULTS: list[tuple[str, str, object, int]] = [
    ("PUT", "/registers/nowhere/x1", {"values": ROW}, 404),
    ("PUT", "/registers/requests/CJ-1", {}, 422),
    ("PUT", "/registers/requests/CJ-1", {"values": {**ROW, "reference": "CJ-2"}}, 422),
    ("PUT", "/registers/requests/CJ-1", {"values": {**ROW, "colour": "red"}}, 422),
    ("PUT", "/registers/requests/CJ-1", {"values": {**ROW, "updated": "demain"}}, 422),
    ("PUT", "/registers/requests/CJ-1", {"values": {**ROW, "status": 3}}, 422),
    ("PUT", "/registers/requests/CJ-1", {"values": {"status": "ready"}}, 422),
    ("PUT", "/registers/requests/!!", {"values": ROW}, 422),
    ("POST", "/registers/requests", {"rows": [ROW]}, 422),
    ("POST", "/registers/requests", {"rows": [{**ROW, "reference": f"CJ-{n}"} for n in range(1001)]}, 422),
    ("POST", "/registers/requests", [], 422),
    ("POST", "/registers/nowhere", {"rows": []}, 404),
]


async def test_fault_changes_nothing(house: House, justice: Ministry) -> None:
    before = await house.services.database.rows(select(tables.requests))
    for method, path, body, status in FAULTS:
        answer = await justice.call(method, path, body)
        assert (answer.status, answer.kind) == (status, "application/problem+json"), (path, body)
    assert await house.services.database.rows(select(tables.requests)) == before


async def test_key_without_the_scope_writes_nothing(house: House) -> None:
    ministry = await house.ministry(scopes=("messages",))
    assert (await put(ministry)).status == 403
    assert await stored(house) is None


CELL = some.text(max_size=12) | some.sampled_from(list(ROW.values()))
BODIES = some.fixed_dictionaries(
    {
        "rows": some.lists(some.dictionaries(some.sampled_from([*ROW, "reference", "feed", "sample", "more"]), CELL)
                           .map(lambda row: {"reference": "CJ-000777", **row}), max_size=3),
        "removed": some.lists(some.sampled_from(["CJ-000777", "cj000777", "CJ 000 777", "x"]), max_size=3),
    }
)  # fmt: skip


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
async def test_no_input_reaches_rows_of_another_ministry(house: House, justice: Ministry) -> None:
    await put(justice)
    before, health = await stored(house), await house.ministry(ministry="sante")
    loop = asyncio.get_running_loop()

    @settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(BODIES)
    def send(body: dict[str, Any]) -> None:
        sent = asyncio.run_coroutine_threadsafe(health.call("POST", "/registers/requests", body), loop)
        assert sent.result(30).status in (200, 422)
        assert asyncio.run_coroutine_threadsafe(stored(house), loop).result(30) == before

    await asyncio.to_thread(send)
