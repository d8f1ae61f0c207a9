"""The secret of Telegram's webhook, in a header: accepted, refused, and over HTTP."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from hypothesis import given
from hypothesis import strategies as st

from channels.contracts.request_body import JSON
from channels.telegram.webhook import HEADER, MAX_BYTES, Telegram
from state.errors import Unauthenticated
from tests.support.telegram_updates import SECRET, TELEGRAM, message
from tests.support.webhook_requests import handler_of, webhook_request

Client = TestClient[Any, Any]

KNOWN = [SECRET.decode(), f" {SECRET.decode()} "]  # what stands around a header's value is none of it
STRANGE = ["", "wrong", SECRET.decode().upper(), SECRET.decode() + "x", SECRET.decode()[:-1], "é", "a" * 5000]


@pytest.mark.parametrize("given_word", STRANGE, ids=[ascii(word[:12]) for word in STRANGE])
def test_a_stranger_is_turned_away(given_word: str) -> None:
    with pytest.raises(Unauthenticated):
        TELEGRAM.verify(webhook_request(headers={HEADER: given_word}))


def test_request_without_secret_is_refused() -> None:
    with pytest.raises(Unauthenticated):
        TELEGRAM.verify(webhook_request())


@given(word=st.text())
def test_wrong_secret_is_refused_without_error(word: str) -> None:
    for telegram in (TELEGRAM, Telegram(("clé-é".encode(),)), Telegram((b"",)), Telegram(())):
        if word.encode("utf-8", "surrogatepass") not in telegram.secrets or not word:
            with pytest.raises(Unauthenticated):
                telegram.verify(webhook_request(headers={HEADER: word}))


def test_empty_secret_is_never_accepted() -> None:
    for headers in ({}, {HEADER: ""}):
        with pytest.raises(Unauthenticated):
            Telegram((b"",)).verify(webhook_request(headers=headers))


def test_the_secret_is_not_shown() -> None:
    assert SECRET.decode() not in repr(TELEGRAM)


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    """The channel behind a real server that lets other requests be no longer than 8 KiB."""

    enter = handler_of(TELEGRAM, lambda events: json.dumps([getattr(one, "text", "") for one in events]))
    app = web.Application(client_max_size=8192)
    app.router.add_post(TELEGRAM.path, enter)
    async with TestClient(TestServer(app)) as client:
        yield client


async def posted(client: Client, body: bytes, secret: str = SECRET.decode(), **headers: str) -> tuple[int, str]:
    sent = {HEADER: secret, "Content-Type": JSON} | headers
    async with client.post(TELEGRAM.path, data=body, headers=sent) as answer:
        return answer.status, await answer.text()


@pytest.mark.parametrize("word", KNOWN, ids=["as it is", "with spaces around it"])
async def test_over_http_telegram_is_let_in(client: Client, word: str) -> None:
    assert await posted(client, message(text="bonjour"), word) == (200, '["bonjour"]')


@pytest.mark.parametrize("word", [b"wrong", b"", b"\xff\xfe", "clé".encode(), "clé".encode("latin-1"), b"\xed\xa0\x80"])
async def test_any_bytes_of_a_stranger_get_403(client: Client, word: bytes) -> None:
    body, server = message(text="bonjour"), client.server
    assert isinstance(server, TestServer)
    reader, writer = await asyncio.open_connection(server.host, server.port)
    head = f"POST /telegram HTTP/1.1\r\nHost: zin\r\nContent-Length: {len(body)}\r\nContent-Type: {JSON}\r\n"
    writer.write(head.encode() + HEADER.encode() + b": " + word + b"\r\nConnection: close\r\n\r\n" + body)
    assert (await reader.readline()).split()[1] == b"403"
    writer.close()
    await writer.wait_closed()


async def test_long_update_is_read_over_http(client: Client) -> None:
    assert await posted(client, message(text="a", quote={"text": "é" * 9000})) == (200, '["a"]')
    assert await posted(client, message(text="x" * MAX_BYTES)) == (200, f"more than {MAX_BYTES} bytes\n")
    assert await posted(client, b"no gzip", **{"Content-Encoding": "gzip"}) == (200, "broken body\n")
