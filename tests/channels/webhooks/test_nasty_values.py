"""Whatever value a gateway puts into whatever field, it is answered, and the next good message is, over both databases.

What a gateway answers to a message that it is sent is as nasty, and stops no delivery.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from sqlalchemy import select

from authoring.replay.fakes import FakeClock
from channels import open_channels
from channels.contracts.channel import Channel
from channels.contracts.message_channel import MessageChannel
from channels.contracts.request_body import FORM
from channels.contracts.sender import Message
from channels.outbox.repository import Outbox
from database import tables
from database.encryption import Seal
from httpclient.retry_after import MAX_SECONDS
from settings import Settings
from state.interfaces import Recipient
from tests.support.database import Registry
from tests.support.delivery_rounds import RoundWorker, no_pace
from tests.support.gateway_senders import sender_at
from tests.support.message_server import MESSAGE_CHANNELS, House, headers, house
from tests.support.patience import PATIENCE
from tests.support.payloads import Row, table
from tests.support.sms_gateway import recipient

pytestmark = pytest.mark.slow

TEXTS: Final = ("", "\0", "a\0b", "a" * 90, "a" * 10_000, "\U0001f600" * 90, "9" * 23, "-1", "1e999", "NaN", "*" * 200)
DEEP: Final = "[" * 990 + "]" * 990
# As JSON has them.
NUMBERS: Final = ("9" * 23, "18446744073709551615", "9223372036854775808", "-1", "1.5", "1e308")
OTHERS: Final = (*NUMBERS, '"\\ud800"', "true", "null", "[]", "{}", '["a"]', DEEP)
GATEWAYS: Final[tuple[Channel | MessageChannel, ...]] = (*open_channels(Settings(env="demo")), *MESSAGE_CHANNELS)
SMS: Final = next(one for one in MESSAGE_CHANNELS if one.name == "africastalking_sms")
HELP: Final = {"from": "+2290197000099", "to": "5000", "text": "aide", "id": "the next good message"}


def first_good(name: str) -> Row:
    """A real request that says something."""
    return next(row for row in table(name) if row.get("said") or row.get("inbound") or row.get("end"))


def bodies(row: Row) -> Iterator[str]:
    """The request with each of its values replaced by each nasty one."""
    if row["content_type"] == FORM:
        fields = parse_qsl(row["body"], keep_blank_values=True)
        for at, (name, _) in enumerate(fields):
            for text in TEXTS:
                yield urlencode([*fields[:at], (name, text), *fields[at + 1 :]])
        return
    payload = json.loads(row["body"])
    for holder, name in list(places(payload)):
        kept, holder[name] = holder[name], "@"
        whole = json.dumps(payload)
        holder[name] = kept
        for value in (*map(json.dumps, TEXTS), *OTHERS):
            yield whole.replace('"@"', value, 1)


def places(payload: Any) -> Iterator[tuple[Any, Any]]:
    """Where the values of a JSON document stand: what holds each, and under which name or number."""
    for name in list(payload) if isinstance(payload, dict) else range(len(payload)):
        yield payload, name
        if isinstance(payload[name], dict | list):
            yield from places(payload[name])


@pytest.mark.parametrize("gateway", GATEWAYS, ids=lambda one: one.name)
async def test_nasty_value_never_fails_or_blocks_the_webhook(
    gateway: Channel | MessageChannel, registry: Registry, valkey_url: str
) -> None:
    row = first_good(gateway.name)
    url = registry.settings.database_url.get_secret_value()
    async with house(valkey_url, registry.settings.data, database_url=url) as zin, asyncio.timeout(PATIENCE):
        nasty = list(bodies(row))
        assert nasty
        for body in nasty:
            status, _ = await zin.raw(gateway, body.encode(), row["content_type"], headers(gateway, body))
            assert status < 500, body[:300]
            assert status == 200 or gateway not in MESSAGE_CHANNELS, body[:300]
        await next_good(zin)


async def next_good(zin: House) -> None:
    """Somebody else writes, and is answered."""
    before = len(await zin.outbox())
    assert (await zin.raw(SMS, urlencode(HELP).encode(), FORM, {}))[0] == 200
    await zin.posted(before + 1)


GOOD: Final = {
    "sms": recipient(),
    "telegram": json.dumps({"ok": True, "result": {"message_id": 7, "date": 1790000000}}),
    "whatsapp": json.dumps({"messages": [{"id": "wamid.7"}]}),
}
REFUSED: Final = {
    "sms": json.dumps({"SMSMessageData": {"Message": "no", "Recipients": []}}),
    "telegram": json.dumps({"ok": False, "description": "no", "parameters": {"retry_after": 7}}),
    "whatsapp": json.dumps({"error": {"code": 131056, "message": "no", "error_data": {"details": "no"}}}),
}
WAITS: Final = ("9" * 23, "-1", "nan", "1e999", "0.0000001", "1795500300", "Fri, 31 Dec 9999 23:59:59 GMT", "a" * 4000)
Answers = list[tuple[int, str, dict[str, str]]]


def answers(gateway: str) -> Answers:
    """What a gateway may make of a message, one nasty value at a time."""
    found: Answers = [(429, "", {"Retry-After": wait}) for wait in WAITS]
    for status, good in ((200, GOOD[gateway]), (429, REFUSED[gateway]), (400, REFUSED[gateway])):
        found += [(status, body, {}) for body in bodies({"content_type": "application/json", "body": good})]
    return [*found, *((200, body, {}) for body in ("", "\0", DEEP, "[]", "null", '"', "{}"))]


@asynccontextmanager
async def answering(answers_left: Answers, good: str) -> AsyncIterator[str]:
    """A gateway that answers each message with the next of these, and well when there are no more."""

    async def answer(request: web.Request) -> web.Response:
        status, body, headers = answers_left.pop() if answers_left else (200, good, {})
        return web.Response(status=status, text=body, headers=headers, content_type="application/json")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    async with TestServer(app) as server:
        yield str(server.make_url("")).rstrip("/")


@pytest.mark.parametrize("gateway", sorted(GOOD))
async def test_nasty_gateway_response_always_settles_the_message(gateway: str, registry: Registry) -> None:
    clock, answers_left, address = (
        FakeClock(),
        answers(gateway),
        "+2290190000001" if gateway == "sms" else "2290190000001",
    )
    outbox = Outbox(registry.database, Seal("a secret"), clock)
    for number in range(len(answers_left)):
        await outbox.enqueue(Message(f"k{number}", gateway, address, "Bonjour"))
    async with answering(answers_left, GOOD[gateway]) as url:
        sender = sender_at(gateway, url)
        delivery = RoundWorker(outbox, [sender], no_pace, stopped, lambda: 0.5)
        async with asyncio.timeout(PATIENCE):
            while await delivery.round():
                pass
            assert answers_left == []
            rows = await registry.database.rows(select(tables.outbox))
            assert {row["state"] for row in rows} <= {"queued", "sent", "failed"}
            assert max(row["due_at"] for row in rows) <= (clock() + MAX_SECONDS) * 1000
            await outbox.enqueue(Message("good", gateway, address, "Bonjour"))
            await delivery.round()
            (good,) = await registry.database.rows(select(tables.outbox).where(tables.outbox.c.key == "good"))
            assert good["state"] == "sent"
        await sender.close()


async def stopped(who: Recipient) -> bool:
    return False
