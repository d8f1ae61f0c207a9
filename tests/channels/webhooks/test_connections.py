"""What strangers do to a connection: compressed bodies, half requests, trickles. Over raw sockets, on each address."""

from __future__ import annotations

import asyncio
import gzip
import logging
import re
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from itertools import product
from pathlib import Path

import pytest
from aiohttp import web

from authoring.replay.fakes import FakePreferences
from channels import open_channels, open_mailboxes
from channels.webhooks import connections
from channels.webhooks.connections import Runner
from server import build
from settings import Settings
from sources import Sources
from tests.support.conversation import FRENCH_ONLY, Market, shared_menus

SETTINGS = Settings()
GATEWAYS = sorted(
    {one.path for one in open_channels(SETTINGS)} | {mailbox.path for mailbox in open_mailboxes(SETTINGS)}
)
ADDRESSES = [*(path.format(secret="demo") for path in GATEWAYS), "/bureau/connexion", "/bureau/resultats/importer"]
OTHERS = ["/", "/health/live", "/health/ready", "/metrics", "/nowhere", "/bureau/nowhere"]
FORM = "Content-Type: application/x-www-form-urlencoded"
SOON = (
    4.0  # seconds within which a connection has to be closed here: far from a minute, and not missed on a busy machine
)
STATUS = re.compile(rb"HTTP/1\.1 (\d+) ")
THANKED = (b"200", b"303")
SIGNED = "X-Hub-Signature-256: sha256=" + "0" * 64  # in the form of a signature, so that the body is looked at
TOLD = "X-Telegram-Bot-Api-Secret-Token: demo"


class Wire:
    """The server's address, and what is said to it byte by byte."""

    def __init__(self, port: int, market: Market) -> None:
        self._port, self.market = port, market

    async def say(self, *pieces: bytes, pause: float = 0.0) -> bytes:
        """Send these, one after the other, and give all that comes until the server closes."""
        async with self.line() as (reader, writer):
            listening = asyncio.create_task(_until_closed(reader))
            try:
                for piece in pieces:
                    writer.write(piece)
                    await writer.drain()
                    await asyncio.sleep(pause)
                    if listening.done():
                        break
            except ConnectionError:
                pass  # it was closed while something was still being sent
            return await asyncio.wait_for(listening, SOON)

    @asynccontextmanager
    async def line(self) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            yield reader, writer
        finally:
            writer.close()


async def _until_closed(reader: asyncio.StreamReader) -> bytes:
    whole = bytearray()
    try:
        while piece := await reader.read(65536):
            whole += piece
    except ConnectionError:
        pass  # closed with something of ours unread
    return bytes(whole)


def request(path: str, *headers: str, method: str = "POST", body: bytes = b"", length: int | None = None) -> bytes:
    sized = f"Content-Length: {len(body) if length is None else length}"
    return "\r\n".join((f"{method} {path} HTTP/1.1", "Host: zin", sized, *headers, "", "")).encode() + body


@pytest.fixture
async def wire(valkey_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Wire]:
    for name in ("HEAD_SECONDS", "BODY_SECONDS", "SWEEP_SECONDS"):
        monkeypatch.setattr(connections, name, 0.3 if name != "SWEEP_SECONDS" else 0.05)

    market = Market()

    async def opened(*_: object) -> Sources:
        return Sources([market], preferences=FakePreferences())

    settings = Settings(redis_url=valkey_url, data=tmp_path, menus=shared_menus(), locales=FRENCH_ONLY)
    runner = Runner(build(settings, opened=opened), access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        yield Wire(runner.addresses[0][1], market)
    finally:
        await runner.cleanup()


ENCODINGS = ["gzip", "deflate", "br", "zstd", "identity", "nonsense"]


async def test_no_encoded_body_is_accepted(wire: Wire) -> None:
    body = gzip.compress(b"x" * 1000)
    for path, encoding in product((*ADDRESSES, *OTHERS), ENCODINGS):
        answer = await wire.say(request(path, FORM, SIGNED, TOLD, f"Content-Encoding: {encoding}", body=body))
        assert answer.startswith(b"HTTP/1.1 415 "), path
        assert b"Connection: close" in answer, path


async def test_two_megabytes_that_are_refused_are_not_read(wire: Wire) -> None:
    for path in ADDRESSES:
        head = request(path.replace("demo", "wrong"), "Content-Type: text/x-nothing", length=2 * 1024 * 1024)
        answer = await wire.say(head, *[b"x" * 65536] * 32)
        assert [status for status in STATUS.findall(answer) if status not in THANKED] == STATUS.findall(answer), path
        assert b"Connection: close" in answer, path


async def test_refusal_closes_the_connection(wire: Wire) -> None:
    for path in ADDRESSES:
        refused = request(path.replace("demo", "wrong"), "Content-Type: text/x-nothing")
        answer = await wire.say(refused + request("/health/live", method="GET"))
        assert len(STATUS.findall(answer)) == 1, path


HALVES = [
    ("nothing at all", b""),
    ("half a request line", b"POST /ussd/afr"),
    ("half of the headers", b"POST /whatsapp HTTP/1.1\r\nHost: zin\r\nContent-Le"),
    ("headers without an end", b"POST /telegram HTTP/1.1\r\nHost: zin\r\n"),
]


async def test_half_a_head_is_not_waited_for(wire: Wire) -> None:
    answers = await asyncio.gather(*(wire.say(half) for _, half in HALVES))
    assert dict(zip(dict(HALVES), answers, strict=True)) == dict.fromkeys(dict(HALVES), b"")


async def test_a_head_that_trickles_is_not_waited_for(wire: Wire) -> None:
    head = request("/health/live", method="GET")
    trickle = [head[place : place + 1] for place in range(len(head))]
    assert await wire.say(*trickle, pause=0.05) == b""


async def test_half_head_after_a_request_is_late(wire: Wire) -> None:
    answer = await wire.say(request("/health/live", method="GET"), b"GET /health", pause=0.1)
    assert STATUS.findall(answer) == [b"200"]


def _trickling(path: str) -> Iterable[bytes]:
    kind = "Content-Type: application/json" if path in ("/telegram", "/whatsapp") or "madapi" in path else FORM
    yield request(path, kind, SIGNED, TOLD, length=4096)
    yield from [b"a"] * 60


async def test_a_body_that_trickles_is_not_waited_for(wire: Wire, caplog: pytest.LogCaptureFixture) -> None:
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


async def test_a_body_that_comes_quickly_enough_has_longer(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "MIN_BYTES_PER_SECOND", 10)
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


async def test_an_idle_connection_goes_on(wire: Wire) -> None:
    asked = request("/health/live", method="GET")
    async with wire.line() as (reader, writer):
        for _ in range(2):
            writer.write(asked)
            assert b" 200 OK" in await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), SOON)
            await asyncio.sleep(0.8)


async def test_oldest_half_open_connection_is_closed(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "MAX_HALF_OPEN", 3)
    monkeypatch.setattr(connections, "HEAD_SECONDS", 60.0)
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


TOLD_NOTHING = [
    request("/health/live", method="GET"),
    request("/", method="GET"),
    request("/bureau/connexion", method="GET"),
    request("/bureau/static/desk.css", method="GET"),
    request("/nowhere", method="GET"),
    request("/ussd/africastalking/wrong", FORM),
    b"nonsense\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    request("/health/live", "Content-Encoding: gzip", method="GET"),
]


async def test_server_header_hides_the_version(wire: Wire) -> None:
    for said in TOLD_NOTHING:
        async with wire.line() as (reader, writer):
            writer.write(said)
            answer = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), SOON)
        assert re.findall(rb"(?i)\r\nserver: (.*?)\r\n", answer) == [b"Zin"], said
