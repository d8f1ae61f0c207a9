"""The load generator sends what the gateway would, and counts wrong answers."""

from __future__ import annotations

import itertools
from urllib.parse import parse_qs

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bench.calls import Call, as_first_calls
from bench.load import Crowd, Load, play, templates
from tests.support.patience import PATIENCE

CALL = Call(("3", "là"), "fin")


def test_template_is_a_whole_request_of_the_gateway() -> None:
    *_, last = templates("/ussd", CALL)
    head, _, body = (last % (40_000_001, 40_000_001)).partition(b"\r\n\r\n")
    assert f"Content-Length: {len(body)}".encode() in head.splitlines()
    assert parse_qs(body.decode(), strict_parsing=True) == {
        "phoneNumber": ["+2290140000001"],
        "serviceCode": ["*384*229#"],
        "networkCode": ["61603"],
        "sessionId": ["ATUid_40000001"],
        "text": ["3*là"],
    }


def test_first_call_begins_with_the_language() -> None:
    assert [call.inputs for call in as_first_calls((CALL,))] == [("1", "3", "là")]


@pytest.mark.parametrize(("ends", "wrong"), [("fin", 0), ("autre", 1)])
async def test_every_answer_is_compared(ends: str, wrong: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.load.MAX_HOPS", 2)  # so that there is one call of three
    texts: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        texts.append(str((await request.post())["text"]))
        return web.Response(text="END fin" if texts[-1] == "3*là" else "CON suite")

    app = web.Application()
    app.router.add_post("/ussd", answer)
    async with TestServer(app) as server:
        assert server.port
        load = Load([Call(CALL.inputs, ends)], itertools.count(70_000_000))
        seen = await play(server.port, "/ussd", load, Crowd(1, PATIENCE))
    assert texts == ["", "3", "3*là"]
    assert (len(seen.times), seen.wrong.total()) == (3, wrong)
