"""Who may call the API: keys that are absent, wrong, revoked, without the scope, or too busy."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient
from structlog.testing import capture_logs

from api.authentication import require_scope
from api.error_responses import REQUESTS
from api.key_format import new_key
from api.keys import ApiKey
from api.problems import ApiProblem
from api.services import API_SERVICES
from tests.support.ministry_api import Answer, Ministry, new_ministry, open_api, read
from tests.support.valkey import Server

pytestmark = pytest.mark.slow
Client = TestClient[Any, Any]


@pytest.fixture
async def client(valkey_url: str, tmp_path: Path) -> AsyncIterator[Client]:
    async with open_api(valkey_url, tmp_path) as client:
        yield client


def refusal(answer: Answer) -> tuple[int, str]:
    """The status of a problem and its name, after a look at its form."""
    assert answer.kind == "application/problem+json"
    assert answer.body.keys() == {"type", "title", "status", "detail", "errors"}
    assert answer.body["status"] == answer.status
    assert answer.body["detail"].endswith(".")
    return answer.status, answer.body["type"].rpartition(":")[2]


async def test_key_reads_what_it_may_do(client: Client) -> None:
    ministry = await new_ministry(client, mode="test", scopes=("messages",), parts_per_day=70)
    assert await ministry.call("GET", "/key") == (
        200,
        "application/json",
        {
            "id": ministry.key.id,
            "ministry": "justice",
            "mode": "test",
            "scopes": ["messages"],
            "requests_per_minute": 6000,
            "parts_per_day": 70,
        },
    )


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer x", "Basic emluOnppbg==", "bearer  ", "x" * 4000])
async def test_request_without_a_key_is_refused(client: Client, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    async with client.get("/api/v1/key", headers=headers) as answer:
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="zin"'
        assert refusal(await read(answer)) == (401, "unauthenticated")


async def test_requests_are_counted_by_their_end(client: Client) -> None:
    """The metrics name the operation and the problem, and neither an address nor a key."""
    ends = [("describeKey", "answered"), ("describeKey", "unauthenticated"), ("", "not-found")]
    before = [counted(*end) for end in ends]
    ministry = await new_ministry(client)
    await ministry.call("GET", "/key")
    await ministry.call("GET", "/nothing/CJ-1000")
    async with client.get("/api/v1/key") as refused:
        assert refused.status == 401
    assert [counted(*end) for end in ends] == [one + 1 for one in before]


def counted(operation: str, how: str) -> float:
    return REQUESTS.labels(operation, how)._value.get()  # type: ignore[no-any-return]


async def test_unknown_and_altered_keys_are_refused_alike(client: Client) -> None:
    ministry = await new_ministry(client)
    altered = ministry.key.text[:-1] + ("A" if ministry.key.text[-1] != "A" else "B")
    answers = []
    for text in (new_key("live").text, altered):
        async with client.get("/api/v1/key", headers={"Authorization": f"Bearer {text}"}) as answer:
            answers.append(await read(answer))
    assert answers[0] == answers[1]
    assert refusal(answers[0]) == (401, "unauthenticated")


async def test_revoked_key_is_refused_at_once(client: Client) -> None:
    ministry, other = await new_ministry(client), await new_ministry(client)
    assert (await ministry.call("GET", "/key")).status == 200
    await client.app[API_SERVICES].keys.revoke(ministry.key.id, "console:test")
    answer = await ministry.call("GET", "/key")
    assert refusal(answer) == (401, "unauthenticated")
    assert ministry.key.id in answer.body["detail"]
    assert (await other.call("GET", "/key")).status == 200


def test_key_without_the_scope_is_refused() -> None:
    key = ApiKey("a" * 12, "justice", "live", ("messages",), 60, 1000, "", "awa", 0, None)
    require_scope(key, "messages")
    require_scope(key, None)
    with pytest.raises(ApiProblem) as problem:
        require_scope(key, "registers")
    assert (problem.value.code, "« registers »" in problem.value.detail) == ("forbidden", True)


async def test_key_over_its_rate_waits_alone(client: Client) -> None:
    busy, other = await new_ministry(client, requests_per_minute=6), await new_ministry(client)
    answers = await asyncio.gather(*(busy.call("GET", "/key") for _ in range(5)))
    assert sorted(answer.status for answer in answers) == [200, 429, 429, 429, 429]
    (late, *_) = [answer for answer in answers if answer.status == 429]
    assert refusal(late) == (429, "too-many-requests")
    assert "6 requêtes par minute" in late.body["detail"]
    assert (await other.call("GET", "/key")).status == 200


async def test_refused_caller_reads_how_long_to_wait(client: Client) -> None:
    busy = await new_ministry(client, requests_per_minute=6)
    await busy.call("GET", "/key")
    headers = {"Authorization": f"Bearer {busy.key.text}"}
    async with client.get("/api/v1/key", headers=headers) as answer:
        assert answer.status == 429
        assert 1 <= int(answer.headers["Retry-After"]) <= 11


async def test_unreachable_store_refuses_and_gateways_go_on(own_valkey: Server, tmp_path: Path) -> None:
    async with open_api(own_valkey.url, tmp_path / "house") as client:
        ministry = await new_ministry(client)
        own_valkey.kill()
        assert refusal(await ministry.call("GET", "/key")) == (503, "unavailable")
        form = {"sessionId": "s1", "serviceCode": "*384*229#", "phoneNumber": "+2290190000001", "text": ""}
        async with client.post("/ussd/africastalking/demo", data=form) as answer:
            assert (answer.status, (await answer.text())[:4]) == (200, "END ")


@pytest.mark.parametrize(
    ("method", "path", "found"),
    [
        ("GET", "/nowhere", (404, "not-found")),
        ("GET", "/key/x", (404, "not-found")),
        ("POST", "/key", (405, "method-not-allowed")),
    ],
)
async def test_wrong_address_is_a_problem_too(client: Client, method: str, path: str, found: tuple[int, str]) -> None:
    ministry: Ministry = await new_ministry(client)
    assert refusal(await ministry.call(method, path)) == found


async def test_fault_of_ours_shows_nothing_outside(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    ministry = await new_ministry(client)

    async def broken(*_: object) -> None:
        raise KeyError("the secret of somebody")

    monkeypatch.setattr("api.keys.ApiKeys.find", broken)
    with capture_logs() as logs:
        answer = await ministry.call("GET", "/key")
    assert refusal(answer) == (500, "fault")
    assert "secret of somebody" not in str(answer)
    (entry,) = logs
    assert (entry["event"], entry["route"]) == ("api failed", "/api/v1/key")
    assert ministry.key.text not in str(entry)
