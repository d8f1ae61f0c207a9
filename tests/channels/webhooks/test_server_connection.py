"""Answers of a connection come in order and none is lost, also when it is slow, lost or idle."""

from __future__ import annotations

import asyncio
import logging

import pytest
from aiohttp import web

from channels.webhooks import server_connection
from channels.webhooks.server_connection import Connection
from tests.support.patience import PATIENCE
from tests.support.raw_connection import HEALTH, Wire, answer_to, hop, read_answer

pytestmark = pytest.mark.slow


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


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many bytes were held at each pause of a connection."""
    held: list[int] = []
    pause = Connection._pause_transport_reading

    def noting(self: Connection) -> None:
        held.append(len(self._held))
        pause(self)

    monkeypatch.setattr(Connection, "_pause_transport_reading", noting)
    return held


@pytest.fixture
def resumptions(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether aiohttp's queue of requests was full at each resumption of a connection."""
    full: list[bool] = []
    resume = Connection._resume_transport_reading

    def noting(self: Connection) -> None:
        full.append(self._buffer_paused)
        resume(self)

    monkeypatch.setattr(Connection, "_resume_transport_reading", noting)
    return full


async def test_data_behind_a_slow_hop_is_bounded(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, pauses: list[int], resumptions: list[bool]
) -> None:
    monkeypatch.setattr(server_connection, "MAX_HELD", 1000)
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
    assert pauses
    assert max(pauses) < 1000 + 256 * 1024  # one read of the socket
    assert resumptions
    assert not any(resumptions)


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
