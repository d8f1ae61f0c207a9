"""Direct answers to gateways: the same as the router's, and only for requests that it need not see."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any
from urllib.parse import urlencode

import pytest

from channels.webhooks.server_connection import Connection
from tests.support.raw_connection import (
    ADDRESSES,
    FORM,
    SIGNED,
    TELEGRAM_SECRET,
    USSD,
    Wire,
    answer_to,
    hop,
    read_answer,
    request,
)

pytestmark = pytest.mark.slow

CLOSE = "Connection: close"


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


BODIES = [b"", b"nonsense", b"\xff\xfe", b"a=1&a=2", b"x" * 8192, urlencode({"text": "é" * 3000}).encode()]


@pytest.mark.parametrize("path", [path for path in ADDRESSES if "bureau" not in path])
async def test_direct_answer_equals_that_of_the_router(wire: Wire, taken: list[bool], path: str) -> None:
    for body in BODIES:
        for kind in (FORM, "Content-Type: application/json", "Content-Type: text/plain"):
            for address in (path, path.replace("demo", "wrong")):
                whole = request(address, kind, SIGNED, TELEGRAM_SECRET, body=body)
                end = whole.index(b"\r\n\r\n") + 4
                pieces = (whole[:end], whole[end:]) if body else (whole[:20], whole[20:])
                direct, known = await answer_to(wire, whole), await answer_to(wire, whole)
                routed = await answer_to(wire, *pieces)
                assert sorted(direct.split(b"\r\n")) == sorted(routed.split(b"\r\n")), (address, kind, body[:9])
                assert known == direct
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


async def test_client_that_expects_100_continue_gets_it(wire: Wire, taken: list[bool]) -> None:
    async with wire.line() as (reader, writer):
        writer.write(hop("", "s1", USSD, "Expect: 100-continue"))
        assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        assert b"Bienvenue" in await read_answer(reader)
    assert taken == [False]


async def test_failure_of_a_webhook_gets_500_and_closes(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(_: object, answering: Coroutine[Any, Any, object], *__: object, **___: object) -> None:
        answering.close()
        raise ZeroDivisionError("+2290190000001")

    monkeypatch.setattr("channels.webhooks.hop_gate.HopGate.answer", fail)
    answer = await wire.say(hop())
    assert answer.startswith(b"HTTP/1.1 500 Internal Server Error\r\n")
    assert b"Connection: close\r\n" in answer
    assert b"ZeroDivisionError" not in answer
    assert b"90000001" not in answer
