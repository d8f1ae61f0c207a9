"""Callbacks: signed, repeated until taken, without who refused, and to nobody else's address."""

from __future__ import annotations

import hmac
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from api.assembly import build_callbacks
from api.callbacks import FIRST, LOOK_SECONDS, callback_secret
from api.services import API_SERVICES
from database import tables
from tests.support.ministry_api import Ministry
from tests.support.ministry_house import ANA, BIO, CHI, House, message, ministry_house
from tests.support.ministry_system import System, open_system
from tests.support.postgresql import Server

pytestmark = pytest.mark.slow


@pytest.fixture
async def system() -> AsyncIterator[System]:
    async with open_system() as system:
        yield system


@pytest.fixture
async def house(server: Server | None, valkey_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with ministry_house(valkey_url, tmp_path, await server.new() if server else "") as house:
        yield house


@pytest.fixture
async def worker(house: House) -> AsyncIterator[Any]:
    worker = build_callbacks(house.settings, house.services.database, house.clock)
    yield worker
    await worker.client.close()


async def sent(house: House, ministry: Ministry, *phones: str, **states: str) -> None:
    """Let these citizens be written to, and their messages end in these states."""
    for phone in phones:
        await house.follow(phone)
    await ministry.call("POST", "/messages", message(ANA, BIO, CHI))
    await house.dispatch()
    for number, state in states.items():
        key = next(row["key"] for row in await house.outbox() if row["key"].endswith(f".{number[1:]}"))
        change = update(tables.outbox).where(tables.outbox.c.key == key).values(state=state)
        await house.services.database.write(change.returning(tables.outbox.c.key))


async def test_system_is_informed_once_of_each_end(house: House, worker: Any, system: System) -> None:
    ministry = await house.ministry(callback=system.address)
    await sent(house, ministry, ANA, BIO, n1="delivered", n2="failed")
    assert await worker.round() == 1
    assert system.events() == [{"place": 0, "state": "delivered"}, {"place": 1, "state": "failed"}]
    ((header, body),) = system.got
    content = json.loads(body)
    assert (content["reference"], content["mode"]) == ("dossier-417.pret", "live")
    seconds, given = header.removeprefix("t=").split(",v1=")
    secret = callback_secret(house.names, ministry.key.id)
    assert given == hmac.digest(secret.encode(), f"{seconds}.".encode() + body, "sha256").hex()
    for _ in range(3):
        house.clock.now += LOOK_SECONDS
        assert await worker.round() == 0
    assert await house.services.database.rows(select(tables.ministry_callbacks)) == []


async def test_event_is_repeated_until_it_is_taken(house: House, worker: Any, system: System) -> None:
    ministry = await house.ministry(callback=system.address)
    await sent(house, ministry, ANA, n1="delivered")
    for status in (500, 302, 404):
        system.status = status
        assert await worker.round() == 1
        assert await worker.round() == 0
        house.clock.now += FIRST * 8
    system.status = 204
    assert await worker.round() == 1
    assert await worker.round() == 0
    assert len(system.got) == 4
    assert len({body for _, body in system.got}) == 1


async def test_message_that_is_on_its_way_is_followed(house: House, worker: Any, system: System) -> None:
    ministry = await house.ministry(callback=system.address)
    await sent(house, ministry, ANA, BIO, n1="delivered", n2="sent")
    assert await worker.round() == 1
    change = update(tables.outbox).values(state="delivered").returning(tables.outbox.c.key)
    await house.services.database.write(change)
    house.clock.now += LOOK_SECONDS
    await worker.round()
    assert system.events() == [{"place": 0, "state": "delivered"}, {"place": 1, "state": "delivered"}]


async def test_who_refused_is_not_reported(house: House, worker: Any, system: System) -> None:
    ministry = await house.ministry(callback=system.address)
    await sent(house, ministry, ANA, n1="cancelled")
    stop = update(tables.outbox).values(why="stopped").returning(tables.outbox.c.key)
    await house.services.database.write(stop)
    assert (await worker.round(), system.got) == (0, [])


async def test_revoked_key_and_unreachable_address_end_it(house: House, worker: Any, system: System) -> None:
    ministry = await house.ministry(callback=system.address)
    await sent(house, ministry, ANA, n1="delivered")
    house.clock.now += 1
    await house.client.app[API_SERVICES].keys.revoke(ministry.key.id, "console:test")
    assert (await worker.round(), system.got) == (0, [])
    assert await house.services.database.rows(select(tables.ministry_callbacks)) == []


async def test_key_without_an_address_has_no_callbacks(house: House) -> None:
    ministry = await house.ministry()
    await sent(house, ministry, ANA, n1="delivered")
    assert await house.services.database.rows(select(tables.ministry_callbacks)) == []
