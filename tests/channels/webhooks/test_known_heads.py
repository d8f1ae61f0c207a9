"""A head that was answered before is not parsed again; bytes that only look like one are never taken for a request."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from channels import open_channels, open_message_channels
from channels.webhooks import known_heads
from channels.webhooks.known_heads import KnownHeads, RequestBoundary, RequestHead
from channels.webhooks.messages import MessageWebhook
from channels.webhooks.ussd import UssdWebhook
from tests.support.raw_connection import FORM, HEALTH, SETTINGS, USSD, Wire, hop, read_answer, request


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each request between two others had a known head."""
    seen: list[bool] = []
    find = KnownHeads.find

    def noting(self: KnownHeads, whole: bytes) -> tuple[RequestHead, bytes] | None:
        known = find(self, whole)
        seen.append(known is not None)
        return known

    monkeypatch.setattr(KnownHeads, "find", noting)
    return seen


WELCOME, FRUIT = b"Bienvenue", b"Quel fruit"
BODY = hop().partition(b"\r\n\r\n")[2]
CHUNKED = (
    f"POST {USSD} HTTP/1.1\r\nHost: zin\r\n{FORM}\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    + b"%x\r\n%b\r\n0\r\n\r\n" % (len(BODY), BODY)
)
CASES = {  # pieces on one connection, what each answer has, and whether each look found a known head
    "the same head again": ([hop(), hop()], [WELCOME, WELCOME], [False, True]),
    "another body of the same length": ([hop("", "s1"), hop("", "s2")], [WELCOME, WELCOME], [False, True]),
    "another length": ([hop(), hop("7")], [WELCOME, FRUIT], [False, False]),
    "a wrong secret": ([hop(), hop(path=USSD.replace("demo", "omed"))], [WELCOME, b" 403 "], [False, False]),
    "other requests between": ([hop(), HEALTH, hop()], [WELCOME, b"alive", WELCOME], [False, False, True]),
    "a body in pieces between": (
        [hop(), hop("7")[:-9], hop("7")[-9:], hop()],
        [WELCOME, FRUIT, FRUIT],
        [False, False, True],
    ),
    "a request in pieces before": ([hop()[:9], hop()[9:], hop()], [WELCOME, WELCOME], [False]),
    "chunks before": ([CHUNKED, hop("7")], [WELCOME, FRUIT], [False]),
    "two requests in one packet": ([hop(), hop() + hop("7"), hop("7")], [WELCOME, WELCOME, FRUIT, FRUIT], [False] * 2),
}


@pytest.mark.parametrize(("pieces", "answers", "looks"), CASES.values(), ids=CASES)
async def test_known_head_is_used_between_requests_only(
    wire: Wire, found: list[bool], pieces: list[bytes], answers: list[bytes], looks: list[bool]
) -> None:
    async with wire.line() as (reader, writer):
        reading = asyncio.create_task(_read(reader, len(answers)))
        for piece in pieces:
            writer.write(piece)
            await asyncio.wait((reading,), timeout=0.1)
        for word, answer in zip(answers, await reading, strict=True):
            assert word in answer, answer
    assert found == looks


async def _read(reader: asyncio.StreamReader, many: int) -> list[bytes]:
    return [await read_answer(reader) for _ in range(many)]


@pytest.mark.parametrize("lie", [hop("7")[:-4] + b"x" * 4, hop("7")])
async def test_body_that_looks_like_a_request_is_a_body(wire: Wire, found: list[bool], lie: bytes) -> None:
    head = request("/ussd/africastalking/demo", FORM, length=len(lie) + 1)
    async with wire.line() as (reader, writer):
        for piece in (hop(), hop("7")):
            writer.write(piece)
            await read_answer(reader)
        for piece in (head, lie, b"!"):
            writer.write(piece)
            await asyncio.sleep(0.02)
        assert b" 400 " in await read_answer(reader)
        assert await reader.read() == b""
    assert True not in found


async def test_refused_requests_are_not_stored(wire: Wire, found: list[bool]) -> None:
    wrong = request(USSD, FORM, body=b"a=1&a=2")
    for _ in range(2):
        async with wire.line() as (reader, writer):
            writer.write(wrong)
            assert b" 400 " in await read_answer(reader)
    assert found == [False, False]


def ussd_head(body_bytes: int) -> RequestHead:
    headers = {"Content-Length": str(body_bytes)}
    return RequestHead(UssdWebhook(open_channels(SETTINGS)[0], SETTINGS).frame, "demo", headers, body_bytes)


def test_number_and_length_of_heads_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known_heads, "MAX_HEADS", 3)
    heads, head = KnownHeads(), ussd_head(1)
    whole = [f"POST /{number} HTTP/1.1\r\n\r\nx".encode() for number in range(5)]
    for one in [*whole, b"POST /" + b"x" * 2048 + b"\r\n\r\nx"]:
        heads.add(one, head)
    assert [heads.find(one) is not None for one in whole] == [False, False, True, True, True]
    assert len(heads._known) == 3
    assert heads.find(whole[4] + b"x") is heads.find(whole[4][:-1]) is heads.find(b"") is None


def test_signed_request_is_not_stored() -> None:
    (whatsapp,) = [channel for channel in open_message_channels(SETTINGS) if channel.body_rule.is_signed]
    heads, whole = KnownHeads(), b"POST / HTTP/1.1\r\n\r\nx"
    heads.add(whole, replace(ussd_head(1), frame=MessageWebhook(whatsapp, SETTINGS).frame))
    assert heads.find(whole) is None


HEAD = b"POST / HTTP/1.1\r\n\r\n"
SIZED = {"Content-Length": "3"}
PLACES = {  # bytes, then the headers of the request found in them; whether the parser is between two requests
    "nothing": ([], True),
    "no bytes": ([(b"", None)], True),
    "a whole request": ([(HEAD + b"abc", SIZED)], True),
    "without a body": ([(HEAD, {})], True),
    "a part of the head": ([(HEAD[:5], None), (HEAD[5:], {})], False),
    "a part of the body": ([(HEAD + b"a", SIZED)], False),
    "the rest of the body": ([(HEAD + b"a", SIZED), (b"b", None), (b"c", None)], True),
    "more than the body": ([(HEAD + b"a", SIZED), (b"bcd", None)], False),
    "a part of the next request": ([(HEAD + b"abcP", SIZED)], False),
    "lines before the request": ([(b"\r\n\r\n" + HEAD + b"abc", SIZED)], False),
    "chunks": ([(HEAD + b"0\r\n\r\n", {"Transfer-Encoding": "chunked"})], False),
}


@pytest.mark.parametrize(("passed", "is_here"), PLACES.values(), ids=PLACES)
def test_boundary_is_certain_or_unknown(passed: list[tuple[bytes, dict[str, str] | None]], is_here: bool) -> None:
    boundary = RequestBoundary()
    for data, headers in passed:
        boundary.begin(data)
        if headers is not None:
            boundary.find(headers)
    assert boundary.is_here is is_here
