"""More callers than can be heard in time: who begins is told when to call back, who is in the middle goes on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from playing.remembered import Remembered
from server import build
from settings import Settings
from sources import Sources
from tests.market import FRENCH_ONLY, Market, menus_in

CROWDED = "END Beaucoup de monde appelle en ce moment."


class Line:
    """A gateway, and a market that can be slow."""

    def __init__(self, client: TestClient[Any, Any], market: Market) -> None:
        self.client, self.market = client, market

    async def post(self, number: int, text: str) -> str:
        form = {"sessionId": f"s{number}", "serviceCode": "*384*229#", "phoneNumber": f"+22901900000{number:02}"}
        async with self.client.post("/ussd/africastalking/demo", data={**form, "text": text}) as answer:
            assert answer.status == 200
            return await answer.text()


@pytest.fixture
async def line(valkey_url: str, tmp_path: Path) -> AsyncIterator[Line]:
    market = Market()

    async def opened(*_: object) -> Sources:
        return Sources([market], preferences=Remembered())

    settings = Settings(
        redis_url=valkey_url, data=tmp_path, menus=menus_in(tmp_path), locales=FRENCH_ONLY, most_at_once=2
    )
    async with TestClient(TestServer(build(settings, opened=opened))) as client:
        yield Line(client, market)


async def test_a_crowd_is_turned_away_in_words_and_who_is_inside_goes_on(line: Line) -> None:
    for number in (1, 2, 3):
        await line.post(number, "")
    line.market.seconds = 0.5
    inside = [asyncio.create_task(line.post(number, "7")) for number in (1, 2)]  # both wait for the market
    await asyncio.sleep(0.2)
    assert (await line.post(9, "")).startswith(CROWDED)
    assert "Quel fruit" in await line.post(3, "7")
    assert all("Quel fruit" in body for body in await asyncio.gather(*inside))
    line.market.seconds = 0.0
    assert (await line.post(9, "")).startswith("CON Bienvenue")
