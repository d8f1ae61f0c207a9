"""The JSON client, over HTTP to a server on this machine that answers with the bytes of each test."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from httpclient.failures import NoAnswer
from httpclient.json_client import Answer, CallLimits, JsonClient
from tests.support.byte_server import ByteServer, http
from tests.support.patience import PATIENCE

LIMITS = CallLimits(seconds=PATIENCE, connect_seconds=PATIENCE, max_bytes=1000)
HASTY = replace(LIMITS, seconds=0.2)
STRICT = replace(LIMITS, statuses=frozenset({200}))


@pytest.fixture
async def server() -> AsyncIterator[ByteServer]:
    server = ByteServer()
    async with server.listening():
        yield server


async def post(server: ByteServer, limits: CallLimits = LIMITS) -> Answer:
    client = JsonClient(limits)
    try:
        return await client.post(server.url, {"text": "né"})
    finally:
        await client.close()


async def test_post_sends_json_and_returns_the_object(server: ByteServer) -> None:
    server.answer = http(b'{"id": 7}', "201 Created")
    assert await post(server) == Answer(201, "application/json", {"id": 7})
    assert server.requests[0].startswith(b"POST /a-token HTTP/1.1\r\n")
    assert b"Content-Type: application/json\r\n" in server.requests[0]
    assert server.requests[0].endswith(b'{"text": "n\\u00e9"}')


async def test_get_sends_query_and_headers(server: ByteServer) -> None:
    server.answer = http(b"{}")
    client = JsonClient(LIMITS, {"Authorization": "Bearer secret"})
    assert (await client.get(server.url, {"fields": "a,b"})).status == 200
    await client.close()
    assert server.requests[0].startswith(b"GET /a-token?fields=a,b HTTP/1.1\r\n")
    assert b"Authorization: Bearer secret\r\n" in server.requests[0]


async def test_post_form_sends_an_encoded_form_and_headers(server: ByteServer) -> None:
    server.answer = http(b'{"id": 7}', "201 Created")
    client = JsonClient(LIMITS)
    answer = await client.post_form(server.url, {"message": "né & été", "enqueue": 1}, {"apiKey": "a-key"})
    await client.close()
    assert answer == Answer(201, "application/json", {"id": 7})
    assert b"apiKey: a-key\r\n" in server.requests[0]
    assert b"Content-Type: application/x-www-form-urlencoded\r\n" in server.requests[0]
    assert server.requests[0].endswith(b"message=n%C3%A9+%26+%C3%A9t%C3%A9&enqueue=1")


NOT_OBJECTS = [b"", b"OK", b"null", b"[1]", b'{"a": ', b"\xff\xfe", b"[" * 999, b'{"a": ' + b"9" * 900 + b"x}"]


@pytest.mark.parametrize("body", NOT_OBJECTS, ids=[repr(body[:20]) for body in NOT_OBJECTS])
async def test_payload_is_empty_without_a_json_object(server: ByteServer, body: bytes) -> None:
    server.answer = http(body)
    assert await post(server) == Answer(200, "application/json", {})


async def test_half_of_a_surrogate_pair_is_accepted(server: ByteServer) -> None:
    server.answer = http(b'{"text": "\\ud83d", "code": 4}', "400 Bad Request")
    assert (await post(server)).payload["code"] == 4


@pytest.mark.parametrize(("size", "is_cut"), [(1000, False), (1001, True), (100_000, True)])
async def test_body_above_the_limit_is_cut(server: ByteServer, size: int, is_cut: bool) -> None:
    server.answer = http(b'{"id": 7}'.ljust(size), "500 Error")
    answer = await post(server)
    assert (answer.status, answer.is_cut) == (500, is_cut)
    assert answer.payload == ({} if is_cut else {"id": 7})


async def test_endless_body_is_cut_at_the_limit(server: ByteServer) -> None:
    server.answer = b"HTTP/1.1 200 OK\r\n\r\n" + b" " * 2000  # without a length, and the connection stays open
    assert (await post(server)).is_cut


async def test_redirect_is_returned_and_not_followed(server: ByteServer) -> None:
    server.answer = http(b"", "302 Found", f"Location: {server.url}/elsewhere")
    assert (await post(server)).status == 302
    assert len(server.requests) == 1


SLOW = [b"", b"HTTP/1.1 200 OK\r\n", http(b"{}")[:-1]]


@pytest.mark.parametrize("start", SLOW, ids=["nothing", "half a head", "half a body"])
async def test_slow_answer_is_late(server: ByteServer, start: bytes) -> None:
    server.answer = start
    with pytest.raises(NoAnswer, match=r"^TimeoutError$") as raised:
        await post(server, HASTY)
    assert raised.value.is_late
    assert raised.value.status == (200 if start.startswith(b"HTTP/1.1 200 OK\r\nContent") else 0)


BROKEN = [
    (b"", "ServerDisconnectedError"),
    (b"HTTP/1.1 2", "ServerDisconnectedError"),
    (http(b"{}")[:-1], "ClientPayloadError"),
    (http(b"{}", "200 OK", "Content-Encoding: gzip"), "ClientPayloadError"),
    (b"220 smtp.example.bj\r\n\r\n", "ClientResponseError"),
]


@pytest.mark.parametrize(("start", "error"), BROKEN, ids=[repr(start[:30]) for start, _ in BROKEN])
async def test_broken_answer_names_the_type_of_error(server: ByteServer, start: bytes, error: str) -> None:
    server.answer, server.cuts = start, True
    with pytest.raises(NoAnswer, match=f"^{error}$") as raised:
        await post(server)
    assert not raised.value.is_late
    assert raised.value.__cause__ is None, "the cause's text holds the URL"


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/a-token", "http://[a-token", "a-token"])
async def test_impossible_address_is_no_answer_and_not_quoted(url: str) -> None:
    client = JsonClient(LIMITS)
    with pytest.raises(NoAnswer) as raised:
        await client.post(url, {})
    await client.close()
    assert "a-token" not in repr(raised.value)


WAITS = [("7", 7.0), ("0.5", 1.0), ("99999", 900.0), ("-1", 0.0), ("soon", 0.0), ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0)]


@pytest.mark.parametrize(("header", "seconds"), WAITS)
async def test_retry_after_is_read_and_limited(server: ByteServer, header: str, seconds: float) -> None:
    server.answer = http(b"{}", "429 Too Many Requests", f"Retry-After: {header}")
    assert (await post(server)).retry_after_seconds == seconds


UNREAD = [http(b"{}", "500 Error")[:-1], http(b"{}", content_type="text/html")[:-1]]


@pytest.mark.parametrize("half", UNREAD, ids=["status 500", "HTML"])
async def test_named_statuses_do_not_wait_for_other_bodies(server: ByteServer, half: bytes) -> None:
    server.answer = half
    answer = await post(server, STRICT)
    assert (answer.payload, answer.is_cut) == ({}, False)


async def test_named_status_reads_an_answer_of_json(server: ByteServer) -> None:
    server.answer = http(b'{"id": 7}', content_type="application/json; charset=utf-8")
    assert await post(server, STRICT) == Answer(200, "application/json", {"id": 7})


async def test_calls_share_one_session_until_it_closes(server: ByteServer) -> None:
    server.answer = http(b"{}", "200 OK", "Set-Cookie: a=b; Path=/")
    client = JsonClient(LIMITS)
    await client.close()
    for _ in range(3):
        await client.post(server.url, {})
    assert server.connections == 1
    assert not [request for request in server.requests if b"Cookie" in request]
    await client.close()
    await client.post(server.url, {})
    await client.close()
    assert server.connections == 2


async def test_connections_at_once_are_limited(server: ByteServer) -> None:
    server.answer = http(b"{}")
    client = JsonClient(replace(LIMITS, max_connections=2))
    await asyncio.gather(*(client.post(server.url, {}) for _ in range(10)))
    await client.close()
    assert len(server.requests) == 10
    assert server.connections <= 2
