"""Limits of a connection, over raw sockets: its time, its number, its idleness and unread answers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable

import pytest

from channels.webhooks import connections, request_deadline
from tests.support.raw_connection import ADDRESSES, FORM, SIGNED, SOON, STATUS, TELEGRAM_SECRET, Wire, request

pytestmark = pytest.mark.slow

HALVES = [
    ("nothing at all", b""),
    ("half a request line", b"POST /ussd/afr"),
    ("half of the headers", b"POST /whatsapp HTTP/1.1\r\nHost: zin\r\nContent-Le"),
    ("headers without an end", b"POST /telegram HTTP/1.1\r\nHost: zin\r\n"),
]


async def test_half_sent_headers_time_out(wire: Wire) -> None:
    answers = await asyncio.gather(*(wire.say(half) for _, half in HALVES))
    assert dict(zip(dict(HALVES), answers, strict=True)) == dict.fromkeys(dict(HALVES), b"")


async def test_trickling_headers_time_out(wire: Wire) -> None:
    head = request("/health/live", method="GET")
    trickle = [head[place : place + 1] for place in range(len(head))]
    assert await wire.say(*trickle, pause=0.05) == b""


async def test_half_sent_headers_after_a_request_time_out(wire: Wire) -> None:
    answer = await wire.say(request("/health/live", method="GET"), b"GET /health", pause=0.1)
    assert STATUS.findall(answer) == [b"200"]


def _trickling(path: str) -> Iterable[bytes]:
    kind = "Content-Type: application/json" if path in ("/telegram", "/whatsapp") or "madapi" in path else FORM
    yield request(path, kind, SIGNED, TELEGRAM_SECRET, length=4096)
    yield from [b"a"] * 60


async def test_trickling_body_times_out(wire: Wire, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        said = (wire.say(*_trickling(path), pause=0.05) for path in ADDRESSES)
        answers = await asyncio.gather(*said)
    assert [len(STATUS.findall(answer)) for answer in answers] == [1] * len(ADDRESSES)
    assert caplog.records == []


async def test_broken_body_is_not_logged_as_error(wire: Wire, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        for path in ADDRESSES:
            async with wire.line() as (_, writer):
                writer.write(next(iter(_trickling(path))) + b"a=b")
                await writer.drain()
                await asyncio.sleep(0.05)
        await wire.say(request("/nowhere", method="GET"))
    assert caplog.records == []


async def test_steady_body_has_more_time(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_deadline, "MIN_BYTES_PER_SECOND", 10)
    slow = [b"a=" + b"x" * 98, *[b"y" * 100] * 9]
    answer = await wire.say(request("/ussd/africastalking/demo", FORM, length=1000), *slow, pause=0.1)
    assert answer.startswith(b"HTTP/1.1 400 ")  # all of it was read, and found to lack what it needs
    assert b"no sessionId" in answer


@pytest.mark.parametrize("behind", [b"", b"POST /ussd"], ids=["alone", "half of another behind it"])
async def test_request_in_progress_is_never_late(wire: Wire, behind: bytes) -> None:
    wire.market.seconds = 1.0
    said = "sessionId=s1&serviceCode=*384%23&phoneNumber=%2B2290190000001&networkCode=61603&text=7"
    whole = request("/ussd/africastalking/demo", FORM, body=said.encode())
    async with wire.line() as (reader, writer):
        writer.write(whole[:-20])
        await asyncio.sleep(0.1)
        writer.write(whole[-20:] + behind)
        assert b"Quel fruit" in await asyncio.wait_for(reader.readuntil(b"Mangue"), SOON)


async def test_idle_connection_stays_open(wire: Wire) -> None:
    asked = request("/health/live", method="GET")
    async with wire.line() as (reader, writer):
        for _ in range(2):
            writer.write(asked)
            assert b" 200 OK" in await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), SOON)
            await asyncio.sleep(0.8)


async def test_oldest_half_open_connection_is_closed(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "MAX_HALF_OPEN", 3)
    monkeypatch.setattr(request_deadline, "HEAD_SECONDS", 60.0)
    async with wire.line() as (first, _), wire.line() as (second, _), wire.line(), wire.line():
        assert await asyncio.wait_for(first.read(1), SOON) == b""
        assert await wire.say(request("/nowhere", method="GET"))
        assert await asyncio.wait_for(second.read(1), SOON) == b""


async def test_longest_idle_connection_is_closed(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "MAX_OPEN", 3)
    monkeypatch.setattr(connections, "GIVE_WAY", 1)

    async def is_answered(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        writer.write(request("/health/live", method="GET"))
        try:
            return b" 200 OK" in await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), SOON)
        except (asyncio.IncompleteReadError, ConnectionError):
            return False

    async with wire.line() as first, wire.line() as second, wire.line() as third:
        assert [await is_answered(*one) for one in (first, second, third)] == [True] * 3
        async with wire.line() as fourth:
            assert [await is_answered(*one) for one in (fourth, first, second)] == [True, False, True]


async def test_unread_answer_is_dropped(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "UNREAD_SECONDS", 0.3)
    async with wire.line() as (reader, writer):
        writer.write(request("/bureau/connexion", method="GET") * 5000)
        await asyncio.sleep(1.5)
        try:
            while await asyncio.wait_for(reader.read(65536), SOON):
                pass
        except ConnectionError:
            pass
    assert b" 200 OK" in await wire.say(request("/health/live", "Connection: close", method="GET"))
