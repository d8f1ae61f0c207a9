"""One id from a gateway's request to its message, the try to send that, and the question to a source."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from channels.contracts.sender import Message, PermanentFailure
from database import tables
from logs.request_id import HEADER, begin_request, current_request_id
from server import SERVICES
from tests.support.database import Registry
from tests.support.declared_api import MINE, Api, declared, source_of
from tests.support.delivery_rounds import RoundWorker
from tests.support.delivery_setup import Gateway, House
from tests.support.ministry_api import open_api
from tests.support.patience import PATIENCE

GIVEN = "0af7651916cd43dd8448eb211c80319c"
SMS = {"from": "+2290190000001", "to": "5000", "text": "bonjour", "id": "m1"}


@pytest.mark.parametrize("body", [SMS, {**SMS, "text": "x" * 5000}], ids=["direct", "in pieces"])
@pytest.mark.parametrize(("proxies", "is_taken"), [("127.0.0.1", True), ("10.0.0.7", False)])
async def test_message_has_the_id_of_its_request(
    valkey_url: str, tmp_path: Path, body: dict[str, str], proxies: str, is_taken: bool
) -> None:
    async with open_api(valkey_url, tmp_path, proxies=proxies) as client:
        await client.post("/sms/africastalking/demo", data=body, headers={HEADER: GIVEN})
        row = await _only_row(client)
    assert (row["request_id"] == GIVEN) is is_taken
    assert re.fullmatch(r"[0-9a-f]{32}", row["request_id"])


async def _only_row(client: Any) -> dict[str, Any]:
    async with asyncio.timeout(PATIENCE):
        while True:
            if rows := await client.app[SERVICES].database.rows(select(tables.outbox)):
                return dict(rows[0])
            await asyncio.sleep(0.02)


class Watched(Gateway):
    """A gateway that refuses every message, and remembers the request of each try."""

    def __init__(self) -> None:
        super().__init__()
        self.requests: list[str] = []

    async def send(self, message: Message) -> str:
        self.requests.append(current_request_id())
        raise PermanentFailure("InvalidPhoneNumber")


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
async def test_failed_delivery_has_the_id_of_the_request(registry: Registry) -> None:
    house = House(registry)
    watched = Watched()
    delivery = RoundWorker(house.outbox, [watched], house.pace, house.has_stopped, lambda: 0.5)
    await house.post("unasked")

    async def request() -> str:
        begin_request()
        await house.post("asked")
        return current_request_id()

    asked = await asyncio.create_task(request())
    await delivery.round()
    assert sorted(watched.requests) == sorted(["", asked])
    assert current_request_id() == ""


async def test_source_gets_the_id_of_the_hop(tmp_path: Path) -> None:
    server = Api()
    await server.open()
    source = source_of(declared(request__server=server.url), tmp_path)
    begin_request()
    await source.ask("passports.stage", MINE)
    await source.close()
    await server.close()
    (request,) = server.requests
    assert request.headers[HEADER] == current_request_id()
