"""The ministry's API when it is slow, failing, gone or asked by many at once."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from aiohttp import web

from authoring.replay.fakes import FakeClock
from sources.declared.http_source import HttpSource
from state.errors import SourceUnavailable
from state.interfaces import Source
from tests.support.database import sources_over
from tests.support.ministry_source import MINE, REQUESTS, requests_source, settings_for
from tests.support.patience import PATIENCE
from tests.support.requests_api import Ministry


async def test_slow_ministry_is_late_and_found_again(ministry: Ministry, tmp_path: Path) -> None:
    ministry.slow = 2 * PATIENCE
    sources = sources_over(settings_for(ministry.url, tmp_path).model_copy(update={"source_seconds": 0.5}))
    assert (await sources.ask("requests.status", MINE)).trigger == "late"
    ministry.slow = 0  # asked with another proof, since the late call still flies
    async with asyncio.timeout(PATIENCE):
        while (await sources.ask("requests.status", {**MINE, "proof": "1990-03-05"})).trigger != "found":
            pass
    await sources.close()


async def test_failing_ministry_is_unavailable_and_asked_once_later(api: HttpSource, ministry: Ministry) -> None:
    clock = FakeClock()
    api._breaker._clock = clock
    ministry.instead = web.Response(status=503)
    for _ in range(REQUESTS.breaker.failures + 20):
        with pytest.raises(SourceUnavailable):
            await api.ask("requests.status", MINE)
    assert len(ministry.asked) == REQUESTS.breaker.failures
    clock.now += 11
    for _ in range(5):
        with pytest.raises(SourceUnavailable):
            await api.ask("requests.status", MINE)
    assert len(ministry.asked) == REQUESTS.breaker.failures + 1
    clock.now += 11
    ministry.instead = None
    assert (await api.ask("requests.status", MINE)).trigger == "found"
    assert (await api.ask("requests.status", {**MINE, "proof": "9999"})).trigger == "unknown"
    assert len(ministry.asked) == REQUESTS.breaker.failures + 3


async def test_missing_ministry_is_unavailable_and_comes_back(sources: Source, ministry: Ministry) -> None:
    await ministry.close()
    assert (await sources.ask("requests.status", MINE)).trigger == "unavailable"
    await ministry.open()
    assert (await sources.ask("requests.status", MINE)).trigger == "found"


CUT = [
    (
        b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"outcome"',
        "ClientPayloadError",
    ),
    (b"HTTP/1.1 500 Error\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n", "status 500"),
]


@pytest.mark.parametrize(("answer", "why"), CUT, ids=[why for _, why in CUT])
async def test_cut_connection_is_unavailable(tmp_path: Path, answer: bytes, why: str) -> None:
    async def cut(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(cut, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    api = requests_source(settings_for(f"http://127.0.0.1:{port}", tmp_path))
    with pytest.raises(SourceUnavailable, match=why):
        await api.ask("requests.status", MINE)
    await api.close()
    server.close()


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "http://[broken"])
async def test_an_address_that_leads_nowhere_is_unavailable(tmp_path: Path, url: str) -> None:
    settings = settings_for("http://127.0.0.1:1", tmp_path).model_copy(update={"requests_url": url})
    api = requests_source(settings)
    with pytest.raises(SourceUnavailable):
        await api.ask("requests.status", MINE)
    await api.close()


async def test_fifty_citizens_asking_the_same_are_one_request(ministry: Ministry, tmp_path: Path) -> None:
    file = REQUESTS.model_copy(update={"cache_seconds": PATIENCE})
    sources = requests_source(settings_for(ministry.url, tmp_path), file)
    answers = await asyncio.gather(*(sources.ask("requests.status", MINE) for _ in range(50)))
    assert {answer.trigger for answer in answers} == {"found"}
    assert len(ministry.asked) == 1
    await sources.ask("requests.status", MINE)
    assert len(ministry.asked) == 1, "the answer serves again for a few seconds"
    await sources.ask("requests.status", {**MINE, "proof": "9999"})
    assert len(ministry.asked) == 2, "another proof is another question"
    await sources.close()
