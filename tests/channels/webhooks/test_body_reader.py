"""The body of a request: its type, its limit of bytes, and what breaks it."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import StreamReader, web
from aiohttp.base_protocol import BaseProtocol
from aiohttp.test_utils import make_mocked_request

from channels.contracts.webhook_request import BodyRule
from channels.webhooks.body_reader import read_body
from state.errors import BadRequest

RULE = BodyRule("application/json", 8)


async def request(*pieces: bytes, headers: dict[str, str] | None = None, error: Exception | None = None) -> web.Request:
    loop = asyncio.get_running_loop()
    body = StreamReader(BaseProtocol(loop), limit=2**16, loop=loop)
    for piece in pieces:
        body.feed_data(piece)
    if error:
        body.set_exception(error)
    else:
        body.feed_eof()
    kind = {"Content-Type": "application/json", **(headers or {})}
    return make_mocked_request("POST", "/", headers=kind, payload=body)


async def test_body_up_to_the_limit_is_read() -> None:
    assert await read_body(await request(b"1234", b"5678"), RULE) == b"12345678"


@pytest.mark.parametrize("headers", [{}, {"Content-Length": "9"}], ids=["in pieces", "announced"])
async def test_body_above_the_limit_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(BadRequest, match="more than 8 bytes"):
        await read_body(await request(b"12345678", b"9", headers=headers), RULE)


@pytest.mark.parametrize("error", [web.RequestPayloadError("too slow"), ConnectionResetError()])
async def test_broken_body_is_refused(error: Exception) -> None:
    with pytest.raises(BadRequest, match="broken body"):
        await read_body(await request(b"1234", error=error), RULE)


TYPES = [
    ("application/json", True),
    ("Application/JSON", True),
    ("application/json; charset=utf-8", True),
    ("application/json;x", True),
    ("text/plain", False),
    ("application/jsonp", False),
    ("", False),
]


@pytest.mark.parametrize(("written", "accepted"), TYPES)
async def test_type_must_be_that_of_the_rule(written: str, accepted: bool) -> None:
    made = await request(b"1", headers={"Content-Type": written})
    if accepted:
        assert await read_body(made, RULE) == b"1"
        return
    with pytest.raises(BadRequest, match="a body of application/json is needed"):
        await read_body(made, RULE)


async def test_rule_without_type_accepts_any() -> None:
    assert await read_body(await request(b"1", headers={"Content-Type": "x/y"}), BodyRule("", 8)) == b"1"
