"""Bodies: their size, time, type and form, and what their sender reads of each fault."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from typing import Annotated, Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient
from hypothesis import given
from hypothesis import strategies as some
from pydantic import AwareDatetime, Field

from api.error_responses import problem_middleware
from api.problems import MAX_ERRORS, ApiProblem
from api.request_models import MAX_COUNTED, RequestModel, parse_model, read_model
from channels.webhooks import request_deadline
from tests.support.ministry_api import LimitedServer, read

MAX_BYTES = 1000


class Person(RequestModel):
    name: Annotated[str, Field(max_length=5)]


class Sent(RequestModel):
    people: Annotated[tuple[Person, ...], Field(min_length=1, max_length=3)]
    many: int = 1
    at: AwareDatetime | None = None


def fault(body: object) -> ApiProblem:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    with pytest.raises(ApiProblem) as problem:
        parse_model(raw, Sent)
    return problem.value


FAULTS: list[tuple[object, str, str]] = [
    ({}, "people", "il manque ce champ"),
    ({"people": []}, "people", "il en faut au moins 1"),
    ({"people": [{"name": "a"}] * 4}, "people", "il y en a trop : 3 au plus"),
    ({"people": {"name": "a"}}, "people", "ici il faut une liste"),
    ({"people": ["a"]}, "people.0", "ici il faut un objet"),
    ({"people": [{"name": 7}]}, "people.0.name", "ici il faut un texte"),
    ({"people": [{"name": "abcdef"}]}, "people.0.name", "texte trop long : 5 caractères au plus"),
    ({"people": [{"name": "a"}], "many": "1"}, "many", "ici il faut un nombre entier, sans guillemets"),
    ({"people": [{"name": "a"}], "at": "demain"}, "at", "ce n'est pas une heure comme 2026-12-01T08:00:00+01:00"),
    ({"people": [{"name": "a"}], "at": "2026-12-01T08:00:00"}, "at", "il manque le fuseau"),
    ({"people": [{"name": "a"}], "mnay": 1}, "mnay", "ce champ n'existe pas"),
]


@pytest.mark.parametrize(("body", "field", "message"), FAULTS)
def test_fault_is_reported_at_its_field(body: object, field: str, message: str) -> None:
    problem = fault(body)
    assert problem.code == "invalid"
    assert [(one.field, one.message.startswith(message)) for one in problem.errors] == [(field, True)]


@pytest.mark.parametrize("raw", [b"", b"x", b"{", b"\xff\xfe", b'{"people": NaN', b"[" * 500, b'"\\ud800"'])
def test_what_is_not_json_is_reported_as_such(raw: bytes) -> None:
    assert fault(raw).code == "not-json"


def test_many_faults_are_counted_and_few_shown() -> None:
    problem = fault({"people": [{"name": "a"}], **{f"x{number}": 1 for number in range(100)}})
    assert len(problem.errors) == MAX_ERRORS
    assert "100 fautes" in problem.detail
    thousands = fault({f"x{number}": 1 for number in range(MAX_COUNTED + 1)})
    assert (thousands.errors, thousands.detail.startswith("Plus de")) == ((), True)


@given(some.recursive(some.none() | some.booleans() | some.integers() | some.text(), lambda one: some.lists(one)
                      | some.dictionaries(some.sampled_from(["people", "name", "many", "at", "x"]), one)))  # fmt: skip
def test_any_json_is_accepted_or_a_problem(body: Any) -> None:
    with suppress(ApiProblem):
        assert isinstance(parse_model(json.dumps(body).encode(), Sent), Sent)


async def receive(request: web.Request) -> web.Response:
    sent = await read_model(request, Sent, MAX_BYTES)
    return web.json_response({"people": len(sent.people)})


def client() -> TestClient[Any, Any]:
    app = web.Application(middlewares=[problem_middleware])
    app.router.add_post("/", receive)
    return TestClient(LimitedServer(app))


GOOD = b'{"people": [{"name": "a"}]}'
JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("raw", "headers", "status", "name"),
    [
        (GOOD, {"Content-Type": "text/plain"}, 415, "wrong-type"),
        (GOOD, {"Content-Type": "application/x-www-form-urlencoded"}, 415, "wrong-type"),
        (GOOD + b" " * MAX_BYTES, JSON, 413, "too-large"),
        (b"people=a", JSON, 400, "not-json"),
        (b"{}", JSON, 422, "invalid"),
    ],
)
async def test_body_out_of_its_limits_is_a_problem(raw: bytes, headers: dict[str, str], status: int, name: str) -> None:
    async with client() as caller:
        answer = await read(await caller.post("/", data=raw, headers=headers))
        assert (answer.status, answer.body["type"]) == (status, f"urn:zin:problem:{name}")
        assert (await read(await caller.post("/", data=GOOD, headers=JSON))).body == {"people": 1}


async def test_body_of_unknown_length_is_bounded() -> None:
    async def pieces() -> Any:
        for _ in range(50):
            yield b" " * 100

    async with client() as caller:
        answer = await read(await caller.post("/", data=pieces(), headers=JSON))
        assert answer.status == 413


async def test_slow_body_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_deadline, "BODY_SECONDS", 0.2)
    async with client() as caller:
        reader, writer = await asyncio.open_connection(caller.host, caller.port)
        writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 27\r\n\r\n{")
        answer = await reader.read()
        writer.close()
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert (await read(await caller.post("/", data=GOOD, headers=JSON))).status == 200
