"""Workers of ministries' messages that are stopped in the middle of a round: others go on at once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import update

from api.assembly import build_callbacks
from api.consent import Consents
from database import tables
from httpclient.json_client import JsonClient
from tests.support.ministry_house import ANA, House, message, ministry_house
from tests.support.ministry_system import open_system
from tests.support.postgresql import Server
from tests.support.stopped_rounds import stop_within

pytestmark = pytest.mark.slow


@pytest.fixture
async def house(server: Server | None, valkey_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with ministry_house(valkey_url, tmp_path, await server.new() if server else "") as house:
        await house.follow(ANA)
        yield house


async def test_stopped_dispatcher_gives_back_what_it_claimed(house: House) -> None:
    ministry = await house.ministry()
    await ministry.call("POST", "/messages", message(ANA))
    await stop_within(house.dispatcher.round, Consents, "read")
    assert await house.dispatch() == 1
    assert len(await house.outbox()) == 1


async def test_stopped_callbacks_give_back_what_they_claimed(house: House) -> None:
    async with open_system() as system:
        ministry = await house.ministry(callback=system.address)
        await ministry.call("POST", "/messages", message(ANA))
        await house.dispatch()
        delivered = update(tables.outbox).values(state="delivered").returning(tables.outbox.c.key)
        await house.services.database.write(delivered)
        worker = build_callbacks(house.settings, house.services.database, house.clock)
        await stop_within(worker.round, JsonClient, "post_bytes")
        assert (await worker.round(), system.events()) == (1, [{"place": 0, "state": "delivered"}])
        await worker.client.close()
