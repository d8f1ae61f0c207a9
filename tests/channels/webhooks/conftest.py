"""Fixtures of the tests of webhooks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from authoring.replay.fakes import FakePreferences
from channels.deferred.postponed import PostponedMessages
from channels.webhooks import connections, request_deadline
from channels.webhooks.connections import Runner
from channels.workers.postponed_messages import PostponedWorker
from server import build
from settings import Settings
from sources import Sources
from tests.support.conversation import FRENCH_ONLY, Market
from tests.support.menu_copies import shared_menus
from tests.support.message_server import House, house
from tests.support.raw_connection import Wire
from tests.support.valkey import Server


@pytest.fixture
async def wire(valkey_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Wire]:
    monkeypatch.setattr(connections, "SWEEP_SECONDS", 0.05)
    for name in ("HEAD_SECONDS", "BODY_SECONDS"):
        monkeypatch.setattr(request_deadline, name, 0.3)

    market = Market()

    async def opened(*_: object) -> Sources:
        return Sources([market], preferences=FakePreferences())

    settings = Settings(redis_url=valkey_url, data=tmp_path, menus=shared_menus(), locales=FRENCH_ONLY)
    runner = Runner(build(settings, opened=opened), access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        yield Wire(runner.addresses[0][1], market)
    finally:
        await runner.cleanup()


@pytest.fixture
async def zin(own_valkey: Server, tmp_path: Path) -> AsyncIterator[House]:
    async with house(own_valkey.url, tmp_path) as zin:
        yield zin


@pytest.fixture
def postponed(zin: House) -> PostponedMessages:
    found = zin.parts.messaging.postponed
    assert found
    return found


@pytest.fixture
def worker(zin: House) -> PostponedWorker:
    return PostponedWorker(zin.parts.messaging, zin.webhooks)
