"""Direct answers of a connection: the same as the router's, in order, and none lost."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Coroutine
from typing import Any
from urllib.parse import urlencode

import pytest
from aiohttp import web

from channels.webhooks import server_connection
from channels.webhooks.server_connection import Connection
from tests.support.patience import PATIENCE
from tests.support.raw_connection import ADDRESSES, FORM, SIGNED, TELEGRAM_SECRET, Wire, request

pytestmark = pytest.mark.slow

USSD = "/ussd/africastalking/demo"
HEALTH = request("/health/live", method="GET")
DATE = re.compile(rb"Date: [^\r]+\r\n")
CLOSE = "Connection: close"


def hop(text: str = "", session: str = "s1", path: str = USSD, *headers: str) -> bytes:
    fields = {"sessionId": session, "serviceCode": "*384#", "phoneNumber": "+2290190000001", "text": text}
    return request(path, FORM, *headers, body=urlencode(fields).encode())


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each request that was offered to the connection was answered directly."""
    seen: list[bool] = []
    take = Connection._take

    def noting(self: Connection, *given: object) -> bool:
        seen.append(take(self, *given))  # type: ignore[arg-type]
        return seen[-1]

    monkeypatch.setattr(Connection, "_take", noting)
    return seen


async def answer_to(wire: Wire, *pieces: bytes) -> bytes:
    """The first answer to these pieces, without its date; a refusal may come before the last of them."""
    async with wire.line() as (reader, writer):
        reading = asyncio.create_task(read_answer(reader))
        for piece in pieces:
            writer.write(piece)
            await asyncio.wait((reading,), timeout=0.02)
            if reading.done():
                break
        return await reading


async def read_answer(reader: asyncio.StreamReader) -> bytes:
    async with asyncio.timeout(PATIENCE):
        head = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"Content-Length: (\d+)", head)
        assert length
        return DATE.sub(b"", head) + await reader.readexactly(int(length[1]))


BODIES = [b"", b"nonsense", b"\xff\xfe", b"a=1&a=2", b"x" * 8192, urlencode({"text": "é" * 3000}).encode()]


@pytest.mark.parametrize("path", [path for path in ADDRESSES if "bureau" not in path])
async def test_direct_answer_equals_that_of_the_router(wire: Wire, taken: list[bool], path: str) -> None:
    for body in BODIES:
        for kind in (FORM, "Content-Type: application/json", "Content-Type: text/plain"):
            for address in (path, path.replace("demo", "wrong")):
                whole = request(address, kind, SIGNED, TELEGRAM_SECRET, body=body)
                end = whole.index(b"\r\n\r\n") + 4
                pieces = (whole[:end], whole[end:]) if body else (whole[:20], whole[20:])
                direct, routed = await answer_to(wire, whole), await answer_to(wire, *pieces)
                assert sorted(direct.split(b"\r\n")) == sorted(routed.split(b"\r\n")), (address, kind, body[:9])
    assert any(taken)


async def test_hop_is_answered_directly(wire: Wire, taken: list[bool]) -> None:
    answer = await answer_to(wire, hop())
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"Content-Type: text/plain; charset=utf-8\r\nServer: Zin\r\n" in answer
    assert b"\r\n\r\nCON Bienvenue" in answer
    assert taken == [True]


OTHERS = [
    ("another method", request(USSD, method="PUT"), b"405"),
    ("an unknown address", request("/ussd/africastalking/demo/more", FORM), b"404"),
    ("an escaped secret", hop(path="/ussd/africastalking/dem%6F"), b"200"),
    ("a query", hop(path=f"{USSD}?a=b"), b"200"),
    ("an encoding", hop("", "s1", USSD, "Content-Encoding: gzip"), b"415"),
    ("too long a body", request(USSD, FORM, body=b"x" * 8193), b"400"),
    ("the connection's end", hop("", "s1", USSD, CLOSE), b"200"),
    ("an old version of HTTP", hop().replace(b"HTTP/1.1", b"HTTP/1.0"), b"200"),
    ("no secret", request("/ussd/africastalking/", FORM), b"404"),
    ("half of a body", hop()[:-1], b"400"),
]


@pytest.mark.parametrize(("whole", "status"), [other[1:] for other in OTHERS], ids=[other[0] for other in OTHERS])
async def test_router_answers_other_requests(wire: Wire, taken: list[bool], whole: bytes, status: bytes) -> None:
    assert (await answer_to(wire, whole)).split(b" ")[1] == status
    assert taken == [False]


async def test_client_that_expects_to_go_on_is_told_to(wire: Wire, taken: list[bool]) -> None:
    async with wire.line() as (reader, writer):
        writer.write(hop("", "s1", USSD, "Expect: 100-continue"))
        assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        assert b"Bienvenue" in await read_answer(reader)
    assert taken == [False]


@pytest.mark.parametrize("together", [True, False], ids=["in one packet", "one after the other"])
async def test_answers_keep_the_order_of_requests(wire: Wire, together: bool) -> None:
    wire.market.seconds = 0.3
    asked = [hop(), hop("7"), HEALTH, hop("0", "s2"), HEALTH + hop("", "s3")]
    async with wire.line() as (reader, writer):
        for said in [b"".join(asked)] if together else asked:
            writer.write(said)
            await writer.drain()
            await asyncio.sleep(0.05)
        answers = [await read_answer(reader) for _ in range(6)]
    words = [b"Bienvenue", b"Quel fruit", b"alive", b"Bienvenue", b"alive", b"Bienvenue"]
    assert [word in answer for word, answer in zip(words, answers, strict=True)] == [True] * 6


async def test_data_behind_a_slow_hop_is_bounded(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_connection, "MAX_HELD", 1000)
    held: list[int] = []
    pause = Connection._pause_transport_reading

    def noting(self: Connection) -> None:
        held.append(len(self._held))
        pause(self)

    monkeypatch.setattr(Connection, "_pause_transport_reading", noting)
    wire.market.seconds = 0.5
    async with wire.line() as (reader, writer):
        writer.write(hop())
        await read_answer(reader)
        writer.write(hop("7"))
        await asyncio.sleep(0.1)
        writer.write(HEALTH * 2000)
        assert b"Quel fruit" in await read_answer(reader)
        for _ in range(2000):
            assert b" 200 OK" in await read_answer(reader)
    assert held
    assert max(held) < 1000 + 256 * 1024  # one read of the socket


async def test_hop_of_a_lost_connection_is_stored(wire: Wire, caplog: pytest.LogCaptureFixture) -> None:
    wire.market.seconds = 0.3
    with caplog.at_level(logging.ERROR):
        async with wire.line() as (reader, writer):
            writer.write(hop())
            await read_answer(reader)
            writer.write(hop("7"))
            await asyncio.sleep(0.1)
        async with asyncio.timeout(PATIENCE):
            while b"Quel fruit" not in await answer_to(wire, hop("7")):
                continue
    assert caplog.records == []


async def test_failure_of_a_webhook_gets_500_and_closes(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(_: object, answering: Coroutine[Any, Any, object], __: object) -> None:
        answering.close()
        raise ZeroDivisionError("+2290190000001")

    monkeypatch.setattr("channels.webhooks.hop_gate.HopGate.answer", fail)
    answer = await wire.say(hop())
    assert answer.startswith(b"HTTP/1.1 500 Internal Server Error\r\n")
    assert b"Connection: close\r\n" in answer
    assert b"ZeroDivisionError" not in answer
    assert b"90000001" not in answer


async def test_connection_is_idle_between_direct_answers(wire: Wire) -> None:
    async with wire.line() as (reader, writer):
        for _ in range(2):
            writer.write(hop())
            await read_answer(reader)
            await asyncio.sleep(0.8)  # more than the deadline of a head


async def test_half_a_request_behind_a_direct_answer_times_out(wire: Wire) -> None:
    assert (await wire.say(hop(), b"POST /ussd/afr", pause=0.1)).count(b"HTTP/1.1") == 1


def test_what_is_used_of_aiohttp_exists() -> None:
    """If this fails, aiohttp has changed: read channels/webhooks/server_connection.py against its web_protocol.py."""
    for name in ("_waiter", "_messages", "_request_count", "_request_in_progress", "_keepalive_handle", "_close"):
        assert name in web.RequestHandler.__slots__
    for name in ("_paused", "_parser", "_reading_paused"):
        assert name in web.RequestHandler.__mro__[1].__slots__  # type: ignore[attr-defined]
    assert "_next_keepalive_close_time" in web.RequestHandler.__slots__
    assert callable(web.RequestHandler._resume_transport_reading)
    assert callable(web.RequestHandler._pause_transport_reading)
