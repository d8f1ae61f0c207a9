"""Bodies of requests: a JSON object, and a limit of bytes."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import StreamReader, web
from aiohttp.base_protocol import BaseProtocol

from channels.contracts.request_body import json_object, read_limited
from state.errors import BadRequest

WRONG = [
    *((raw, "no JSON") for raw in (b"", b"{", b"\xff", b"[" * 2000)),
    *((raw, "a JSON object is needed") for raw in (b"[]", b"null", b'"a"')),
]


@pytest.mark.parametrize(("raw", "why"), WRONG, ids=[repr(raw[:10]) for raw, _ in WRONG])
def test_json_object_refuses_other_bodies(raw: bytes, why: str) -> None:
    with pytest.raises(BadRequest, match=why):
        json_object(raw)


def test_json_object_is_read() -> None:
    assert json_object('{"nom": "Adjovi Ɖ"}'.encode()) == {"nom": "Adjovi Ɖ"}


async def stream(*pieces: bytes) -> StreamReader:
    loop = asyncio.get_running_loop()
    reader = StreamReader(BaseProtocol(loop), limit=2**16, loop=loop)
    for piece in pieces:
        reader.feed_data(piece)
    return reader


async def test_body_up_to_the_limit_is_read() -> None:
    reader = await stream(b"1234", b"5678")
    reader.feed_eof()
    assert await read_limited(reader, 8) == b"12345678"


async def test_body_above_the_limit_is_refused_early() -> None:
    with pytest.raises(BadRequest, match="more than 7 bytes"):
        await read_limited(await stream(b"1234", b"5678"), 7)


@pytest.mark.parametrize("error", [web.RequestPayloadError("too slow"), ConnectionResetError()])
async def test_broken_body_is_refused(error: Exception) -> None:
    reader = await stream(b"1234")
    reader.set_exception(error)
    with pytest.raises(BadRequest, match="broken body"):
        await read_limited(reader, 8)
