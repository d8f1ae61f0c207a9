"""More calls than can be answered in time: new ones are asked to call again, open ones continue."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from authoring.replay.fakes import FakePreferences
from server import build
from settings import Settings
from sources import Sources
from state.conversation.conversation import Conversation
from state.errors import StoreUnavailable
from tests.support.conversation import FRENCH_ONLY, Market
from tests.support.menu_copies import shared_menus

CROWDED = "END Beaucoup de monde appelle en ce moment."


class Line:
    """A gateway, and a market that can be slow."""

    def __init__(self, client: TestClient[Any, Any], market: Market) -> None:
        self.client, self.market = client, market

    async def madapi(self, number: int, text: str, begins: bool = False) -> str:
        """A hop on a gateway that sends each input alone."""
        request = {
            "sessionId": f"m{number}", "messageType": "0" if begins else "1", "msisdn": f"22901900000{number:02}",
            "serviceCode": "*384*229#", "ussdString": text,
        }  # fmt: skip
        async with self.client.post("/ussd/madapi/demo", json=request) as answer:
            assert answer.status == 200
            return str((await answer.json())["data"]["inboundResponse"])

    async def post(self, number: int, text: str) -> str:
        form = {"sessionId": f"s{number}", "serviceCode": "*384*229#", "phoneNumber": f"+22901900000{number:02}"}
        async with self.client.post("/ussd/africastalking/demo", data={**form, "text": text}) as answer:
            assert answer.status == 200
            return await answer.text()


@pytest.fixture
async def line(valkey_url: str, tmp_path: Path) -> AsyncIterator[Line]:
    market = Market()

    async def opened(*_: object) -> Sources:
        return Sources([market], preferences=FakePreferences())

    settings = Settings(
        redis_url=valkey_url,
        data=tmp_path,
        menus=shared_menus(),
        locales=FRENCH_ONLY,
        most_at_once=2,
        hop_seconds=9.9,
        source_seconds=9.8,
    )
    async with TestClient(TestServer(build(settings, opened=opened))) as client:
        yield Line(client, market)


Inside = list[asyncio.Task[str]]


@asynccontextmanager
async def crowd(line: Line, send: Callable[[int], Coroutine[Any, Any, str]]) -> AsyncIterator[Inside]:
    """Two hops inside, each waiting for the market; all that are inside are answered at the end."""
    asked = len(line.market.asked)
    line.market.open.clear()
    inside = [asyncio.create_task(send(number)) for number in (1, 2)]
    await line.market.wait_asked(asked + 2)
    yield inside
    await line.market.wait_asked(asked + len(inside))
    line.market.open.set()
    bodies = await asyncio.gather(*inside)
    assert all("Quel fruit" in body for body in bodies), bodies


@pytest.mark.parametrize("dialled", ["7", "7*1", "7*1*12", "*"])
async def test_dial_through_counts_as_a_new_call(line: Line, dialled: str) -> None:
    for number in (1, 2, 3):
        await line.post(number, "")
    async with crowd(line, lambda number: line.post(number, "7")) as inside:
        assert (await line.post(9, dialled)).startswith(CROWDED)
        inside.append(asyncio.create_task(line.post(3, "7")))
    assert (await line.post(9, "7*1")).startswith("CON Mangue : combien ?")


async def test_madapi_empty_input_is_no_new_call(line: Line) -> None:
    for number in (1, 2, 3):
        await line.madapi(number, "*384*229#", begins=True)
    async with crowd(line, lambda number: line.madapi(number, "7")):
        for dialled in ("*384*229#", "*384*229*7*1#"):
            assert (await line.madapi(9, dialled, begins=True)).startswith(CROWDED.removeprefix("END "))
        assert (await line.madapi(3, "")).startswith("Bienvenue")  # so soon it is the gateway's second try


async def test_failing_store_rejects_calls_while_busy(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    async def down(*_: object) -> bool:
        raise StoreUnavailable("made to fail")

    for number in (1, 2, 3):
        await line.post(number, "")
    monkeypatch.setattr(Conversation, "has_open_call", down)
    async with crowd(line, lambda number: line.post(number, "7")):
        assert (await line.post(3, "7")).startswith(CROWDED)
    assert "Quel fruit" in await line.post(3, "7")


async def test_idle_gate_never_asks_the_store(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(*_: object) -> bool:
        raise AssertionError("the usual hop asks the store once")

    monkeypatch.setattr(Conversation, "has_open_call", never)
    for text in ("", "7", "7*1"):
        assert (await line.post(1, text)).startswith("CON ")


async def test_overload_rejects_new_calls_and_continues_open_ones(line: Line) -> None:
    for number in (1, 2, 3):
        await line.post(number, "")
    async with crowd(line, lambda number: line.post(number, "7")) as inside:
        assert (await line.post(9, "")).startswith(CROWDED)
        inside.append(asyncio.create_task(line.post(3, "7")))
    assert (await line.post(9, "")).startswith("CON Bienvenue")
