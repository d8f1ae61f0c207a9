"""Fixtures of the contract tests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer

from authoring.replay.fakes import FakePreferences
from server import build
from settings import Settings
from sources import Sources
from tests.support.channel_requests import Client
from tests.support.conversation import FRENCH_ONLY, Market
from tests.support.live_server import LiveServer
from tests.support.menu_copies import shared_menus


@pytest.fixture(params=[LiveServer, TestServer], ids=["direct", "routed"])
async def gateway(request: pytest.FixtureRequest, valkey_url: str, tmp_path: Path) -> AsyncIterator[Client]:
    """The whole application, over the small menu, with and without direct answers."""

    async def opened(*_: object) -> Sources:
        return Sources([Market()], preferences=FakePreferences())

    menus = shared_menus()
    settings = Settings(env="demo", redis_url=valkey_url, data=tmp_path, menus=menus, locales=FRENCH_ONLY)
    async with TestClient(request.param(build(settings, opened=opened))) as client:
        yield client
