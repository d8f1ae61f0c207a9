"""`zin gateways mock` plays the other side of a file: a call, an SMS with its answer and its report, over real HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer

from channels.contracts.sender import Message
from channels.declared.credentials import InstalledCredentials
from channels.declared.mock_gateway import MockGateway
from channels.declared.sms_sender import DeclaredSmsSender, sending_values
from server import build
from settings import Settings
from tests.support.gateway_files import FILES, SMS, configure, settings_of
from tests.support.live_server import LiveServer

pytestmark = pytest.mark.slow

NUMBER, CODE = "+2290190000009", "*384*229#"


@dataclass
class Played:
    """A mock gateway, and the lines that it printed."""

    mock: MockGateway
    lines: list[str] = field(default_factory=list)

    async def type(self, typed: str) -> str:
        self.lines.clear()
        await self.mock.type(typed)
        return "\n".join(self.lines)


@asynccontextmanager
async def played(name: str, zin: str) -> AsyncIterator[Played]:
    credentials, lines = InstalledCredentials(Settings(env="demo")), list[str]()
    mock = MockGateway(FILES[name], credentials, zin, lines.append, CODE, NUMBER)
    yield Played(mock, lines)
    await mock.close()


@pytest.fixture
async def zin(valkey_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    configure(monkeypatch, *FILES)
    async with LiveServer(build(settings_of(valkey_url, tmp_path))) as server:
        yield str(server.make_url("")).rstrip("/")


@pytest.mark.parametrize("name", ["plain", "hollatags", "infobip"])
async def test_a_call_comes_to_a_result(name: str, zin: str) -> None:
    described = FILES[name].ussd
    assert described
    async with played(name, zin) as phone:
        assert "Francais" in await phone.type(CODE)
        for typed in ("1", "3", "1"):
            await phone.type(typed)
        assert "12345" in await phone.type("12345")
        behind = (
            "Urgences" if described.first == "nothing" else "Quel examen"
        )  # what is dialled behind the code is lost
        assert behind in await phone.type("*384*229*3#")


async def test_an_sms_is_given_to_zin(zin: str) -> None:
    async with played("mtn-sms", zin) as phone:
        assert await phone.type("AIDE") == "-- SMS donné à Zin : 200"


async def test_zin_that_is_away_is_named() -> None:
    async with played("plain", "http://127.0.0.1:9") as phone:
        assert "Zin ne répond pas" in await phone.type(CODE)


@pytest.mark.parametrize("name", SMS)
async def test_a_message_of_zin_is_taken_and_reported(name: str, zin: str) -> None:
    part = SMS[name].sms
    assert part
    assert part.send
    async with played(name, zin) as phone, TestServer(phone.mock.app()) as server:
        sending = part.send.model_copy(update={"server": str(server.make_url("")).rstrip("/")})
        values = sending_values(sending, InstalledCredentials(Settings(env="demo")))
        sender = DeclaredSmsSender("plain_sms", sending, values, 20)
        reference = await sender.send(Message("send:1", "sms", NUMBER, "Admis(e) & bien"))
        await sender.close()
        await phone.mock.close()
        assert "-- SMS de Zin au …0009 :\nAdmis(e) & bien" in phone.lines
        if sending.id:
            assert reference
        if any(one.report for one in part.addresses):
            assert "-- accusé de remise donné à Zin : 200" in phone.lines
