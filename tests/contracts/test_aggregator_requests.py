"""What MADAPI's aggregators send is read, however they write it, and answered by the whole server."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from authoring.replay.fakes import FakePreferences
from channels.contracts.channel import Channel
from channels.mtn.ussd_webhook import Madapi
from server import build
from settings import Address, Settings
from sources import Sources
from state.errors import BadRequest, Unauthenticated
from state.interfaces import Inbound, SessionEnd
from tests.support.channel_requests import CHANNELS, Client, post, read, serving
from tests.support.conversation import FRENCH_ONLY, Market
from tests.support.gateway_tables import Row, each_row
from tests.support.live_server import LiveServer
from tests.support.menu_copies import shared_menus

pytestmark = pytest.mark.slow

MADAPI = next(one for one in CHANNELS if isinstance(one, Madapi))
REQUEST: dict[str, Any] = {
    "network": "MTNBJ",
    "aggregator": "Essai SARL",
    "msisdn": "2290190000031",
    "sessionId": "1667829709345",
    "messageType": 0,
    "imsi": "616030000000031",
    "ussdString": "384*229",
    "cellId": None,
    "language": None,
    "serviceCode": "384*229",
}
REFUSED = {400: BadRequest, 403: Unauthenticated}


def body_of(row: Row) -> str:
    fields = REQUEST | row.get("with", {})
    return json.dumps({name: value for name, value in fields.items() if name not in row.get("without", ())})


def type_of(row: Row) -> str:
    return str(row.get("type", "application/json"))


def channel_of(row: Row) -> Channel:
    return serving(MADAPI, row.get("ours", "*384*229#"))


@each_row("requests", "with", "without", "type")
async def test_request_is_read_as_the_table_says(row: Row) -> None:
    reading = read(channel_of(row), body_of(row).encode(), type_of(row))
    if "refused" in row:
        with pytest.raises(REFUSED[row["refused"]]):
            await reading
        return
    found = await reading
    assert found.session == REQUEST["sessionId"]
    if "ends" in row:
        assert isinstance(found, SessionEnd)
        assert found.status == row["ends"]
        return
    assert isinstance(found, Inbound)
    begins = row.get("begins", False)
    assert (found.text, found.inputs_are_cumulative, found.begins) == (row["text"], begins, begins)
    assert found.citizen == "+2290190000031"


@asynccontextmanager
async def server_of(code: str, valkey_url: str, folder: Path) -> AsyncIterator[Client]:
    """The whole server, for this service code."""

    async def opened(*_: object) -> Sources:
        return Sources([Market()], preferences=FakePreferences())

    settings = Settings(
        redis_url=Address(valkey_url), data=folder, menus=shared_menus(), locales=FRENCH_ONLY, madapi_service_code=code
    )
    async with TestClient(LiveServer(build(settings, opened=opened))) as client:
        yield client


@each_row("requests", "with", "without", "type")
async def test_server_answers_as_the_table_says(row: Row, valkey_url: str, tmp_path: Path) -> None:
    async with server_of(row.get("ours", "*384*229#"), valkey_url, tmp_path) as client:
        status, text = await post(client, MADAPI, body_of(row), type_of(row))
    assert status == row.get("refused", 200), text
    assert status != 200 or json.loads(text)["statusCode"] == "0000"


async def test_answer_has_the_service_code_as_it_came(gateway: Client) -> None:
    body = json.dumps(REQUEST | {"serviceCode": 384, "ussdString": "384*7"})
    _, text = await post(gateway, MADAPI, body, "application/json")
    data = json.loads(text)["data"]
    assert (data["serviceCode"], data["msisdn"]) == ("384", "2290190000031")
