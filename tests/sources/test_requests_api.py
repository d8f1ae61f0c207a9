"""Requests from the ministry's API: as agreed, and whatever else a network and a stranger's server may answer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from openapi_spec_validator import validate
from pydantic import SecretStr
from structlog.testing import capture_logs

from catalog.entries import read_statuses
from settings import Settings
from sources.requests_api import FAILURES, MAX_BYTES, RequestsApi
from state.errors import SourceUnavailable
from state.interfaces import Source
from tests.sources.test_single_flight import Clock
from tests.support.database import sources_over
from tests.support.requests_api import API, EXAMPLE, TOKEN, UNKNOWN, Ministry, hold

MENUS = Path(__file__).parents[2] / "menus"
STATUSES = read_statuses(MENUS / "statuses")
MINE = {"reference": "ex-000 001", "proof": "0001"}


@pytest.fixture
async def ministry() -> AsyncIterator[Ministry]:
    ministry = Ministry()
    await ministry.open()
    yield ministry
    await ministry.close()
    assert not ministry.wrong, "a request that the OpenAPI file does not allow"


def settings_for(url: str, tmp_path: Path, **other: str) -> Settings:
    return Settings(
        env="demo",
        data=tmp_path,
        menus=MENUS,
        requests_url=url,
        requests_token=SecretStr(TOKEN),
        source_seconds=0.5,
        connect_seconds=0.3,
        **other,  # type: ignore[arg-type]  # only settings that are text
    )


@pytest.fixture
async def api(ministry: Ministry, tmp_path: Path) -> AsyncIterator[RequestsApi]:
    api = RequestsApi(settings_for(ministry.url, tmp_path, xroad_client="BJ/GOV/0001/zin"), STATUSES)
    yield api
    await api.close()


@pytest.fixture
async def sources(ministry: Ministry, tmp_path: Path) -> AsyncIterator[Source]:
    sources = sources_over(settings_for(ministry.url, tmp_path))
    yield sources
    await sources.close()


def test_openapi_file_and_its_examples_are_valid() -> None:
    validate(API)
    operation = API["paths"]["/requests/status"]["post"]
    for example in operation["requestBody"]["content"]["application/json"]["examples"].values():
        hold("Asked", example["value"])
    for example in operation["responses"]["200"]["content"]["application/json"]["examples"].values():
        hold("Answer", example["value"])


def test_openapi_statuses_are_those_of_the_menus() -> None:
    assert set(API["components"]["schemas"]["Found"]["properties"]["status"]["examples"]) == set(STATUSES)


async def test_a_request_is_found_with_either_proof(api: RequestsApi, ministry: Ministry) -> None:
    for proof in ("0001", "1990-03-05", "05031990"):
        outcome = await api.ask("requests.status", {**MINE, "proof": proof})
        assert outcome.trigger == "found"
        assert outcome.facts == {
            "service": "Casier judiciaire",
            "status": STATUSES["ready"].label,
            "advice": STATUSES["ready"].advice,
            "updated": "2026-09-28",
            "note": "",
        }
        assert outcome.facts.keys() == api.questions["requests.status"].gives.keys()
    assert ministry.asked[0] == {"reference": "EX000001", "phone_tail": "0001"}
    assert ministry.asked[1] == {"reference": "EX000001", "birth_date": "1990-03-05"}


async def test_wrong_proof_is_answered_like_a_wrong_number(api: RequestsApi) -> None:
    wrong_proof = await api.ask("requests.status", {**MINE, "proof": "9999"})
    wrong_number = await api.ask("requests.status", {**MINE, "reference": "EX-999999"})
    assert wrong_proof == wrong_number
    assert (wrong_proof.trigger, wrong_proof.facts) == ("unknown", {})


@pytest.mark.parametrize("proof", ["", "123", "12345", "abcd", "31021990", "²²²²", "0001 or 1"])
async def test_what_cannot_be_a_proof_is_not_sent(api: RequestsApi, ministry: Ministry, proof: str) -> None:
    assert (await api.ask("requests.status", {**MINE, "proof": proof})).trigger == "unknown"
    assert (await api.ask("requests.status", {"proof": proof})).trigger == "unknown"
    assert not ministry.asked


async def test_address_has_no_personal_data_and_headers_identify(api: RequestsApi, ministry: Ministry) -> None:
    await api.ask("requests.status", MINE)
    assert ministry.paths == ["/requests/status"]
    assert ministry.headers[0]["Authorization"] == f"Bearer {TOKEN}"
    assert ministry.headers[0]["X-Road-Client"] == "BJ/GOV/0001/zin"


async def test_headers_that_are_not_set_are_not_sent(ministry: Ministry, tmp_path: Path) -> None:
    api = RequestsApi(Settings(env="demo", data=tmp_path, requests_url=ministry.url + "/"), STATUSES)
    with pytest.raises(SourceUnavailable, match="status 401"):
        await api.ask("requests.status", MINE)
    await api.close()
    assert not {"Authorization", "X-Road-Client"} & ministry.headers[0].keys()


def json(**fields: object) -> web.Response:
    return web.json_response({**EXAMPLE, **fields})


def without(name: str) -> web.Response:
    return web.json_response({key: value for key, value in EXAMPLE.items() if key != name})


LONG_SERVICE = "Un service dont le nom ne tient pas sur un écran de téléphone " * 2
NONSENSE = [  # what is answered, why the service counts as unavailable
    (web.Response(text="<html>Site en maintenance</html>", content_type="text/html"), "not JSON"),
    (web.Response(text="<html>", content_type="application/json"), "not as agreed: the whole"),
    (web.Response(text="", content_type="application/json"), "not as agreed: the whole"),
    (web.Response(body=b"\xff\xfe", content_type="application/json"), "not as agreed: the whole"),
    (web.Response(text=json().text, content_type="text/plain"), "not JSON"),
    (web.json_response([]), "not as agreed: the whole"),
    (web.json_response(None), "not as agreed: the whole"),
    (web.json_response({}), "not as agreed: the whole"),
    (web.json_response({"outcome": "maybe"}), "not as agreed: the whole"),
    (json(status="teleported"), "menus/statuses does not describe"),
    (json(status=5), "not as agreed: found.status"),
    (json(service=""), "not as agreed: found.service"),
    (json(service=LONG_SERVICE), "not as agreed: found.service"),
    (json(updated="28/09/2026"), "not as agreed: found.updated"),
    (json(updated="2026-02-30"), "not as agreed: found.updated"),
    (json(updated="28092026"), "not as agreed: found.updated"),
    (json(updated=1790000000), "not as agreed: found.updated"),
    (json(note="x" * 161), "not as agreed: found.note"),
    (json(note=None), "not as agreed: found.note"),
    *((without(name), f"not as agreed: found.{name}") for name in ("service", "status", "updated")),
    (without("outcome"), "not as agreed: the whole"),
    (web.Response(text=" " * (MAX_BYTES + 1), content_type="application/json"), "too big"),
    (web.Response(status=302, headers={"Location": "/elsewhere"}), "status 302"),
    (web.Response(status=204), "status 204"),
    (web.json_response(UNKNOWN, status=404), "status 404"),
    (web.json_response(EXAMPLE, status=500), "status 500"),
    (web.Response(status=429, headers={"Retry-After": "1"}), "status 429"),
]


@pytest.mark.parametrize(("answer", "why"), NONSENSE)
async def test_nonsense_is_no_answer(api: RequestsApi, ministry: Ministry, answer: web.Response, why: str) -> None:
    ministry.instead = answer
    with pytest.raises(SourceUnavailable, match=why) as error:
        await api.ask("requests.status", MINE)
    assert len(ministry.asked) == 1, "a redirect is not followed"
    assert not [typed for typed in ("000001", "0001", "1990", "teleported", "28/09") if typed in str(error.value)]


async def test_fields_that_are_not_agreed_are_ignored(api: RequestsApi, ministry: Ministry) -> None:
    ministry.instead = json(shelf="B12")
    assert (await api.ask("requests.status", MINE)).trigger == "found"


async def test_a_note_may_be_left_out(api: RequestsApi, ministry: Ministry) -> None:
    ministry.instead = without("note")
    assert (await api.ask("requests.status", MINE)).facts["note"] == ""


async def test_slow_ministry_is_late_and_found_again(sources: Source, ministry: Ministry) -> None:
    ministry.slow = 5
    started = time.perf_counter()
    assert (await sources.ask("requests.status", MINE)).trigger == "late"
    assert 0.4 < time.perf_counter() - started < 5
    ministry.slow = 0  # asked with another proof, since the late call still flies
    assert (await sources.ask("requests.status", {**MINE, "proof": "1990-03-05"})).trigger == "found"


async def test_failing_ministry_is_unavailable_and_asked_once_later(api: RequestsApi, ministry: Ministry) -> None:
    clock = Clock()
    api._breaker._clock = clock
    ministry.instead = web.Response(status=503)
    for _ in range(FAILURES + 20):
        with pytest.raises(SourceUnavailable):
            await api.ask("requests.status", MINE)
    assert len(ministry.asked) == FAILURES
    clock.seconds += 11
    for _ in range(5):
        with pytest.raises(SourceUnavailable):
            await api.ask("requests.status", MINE)
    assert len(ministry.asked) == FAILURES + 1
    clock.seconds += 11
    ministry.instead = None
    assert (await api.ask("requests.status", MINE)).trigger == "found"
    assert (await api.ask("requests.status", {**MINE, "proof": "9999"})).trigger == "unknown"
    assert len(ministry.asked) == FAILURES + 3


async def test_unreadable_record_leaves_the_others(api: RequestsApi, ministry: Ministry) -> None:
    ministry.instead = json(status="teleported")
    for _ in range(FAILURES * 2):
        with pytest.raises(SourceUnavailable):
            await api.ask("requests.status", MINE)
    ministry.instead = None
    assert (await api.ask("requests.status", MINE)).trigger == "found"


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
    api = RequestsApi(settings_for(f"http://127.0.0.1:{port}", tmp_path), STATUSES)
    with pytest.raises(SourceUnavailable, match=why):
        await api.ask("requests.status", MINE)
    await api.close()
    server.close()


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "http://[broken"])
async def test_an_address_that_leads_nowhere_is_unavailable(tmp_path: Path, url: str) -> None:
    settings = settings_for("http://127.0.0.1:1", tmp_path).model_copy(update={"requests_url": url})
    api = RequestsApi(settings, STATUSES)
    with pytest.raises(SourceUnavailable):
        await api.ask("requests.status", MINE)
    await api.close()


async def test_fifty_citizens_asking_the_same_are_one_request(sources: Source, ministry: Ministry) -> None:
    ministry.slow = 0.1
    answers = await asyncio.gather(*(sources.ask("requests.status", MINE) for _ in range(50)))
    assert {answer.trigger for answer in answers} == {"found"}
    assert len(ministry.asked) == 1
    await sources.ask("requests.status", MINE)
    assert len(ministry.asked) == 1, "the answer serves again for a few seconds"
    await sources.ask("requests.status", {**MINE, "proof": "9999"})
    assert len(ministry.asked) == 2, "another proof is another question"


async def test_log_has_no_typed_text_or_answer(sources: Source, ministry: Ministry) -> None:
    with capture_logs() as lines:
        await sources.ask("requests.status", MINE)
        ministry.instead = json(status="teleported", note="secret-note")
        await sources.ask("requests.status", {**MINE, "proof": "1990-03-05"})
    assert [line["outcome"] for line in lines] == ["unavailable"]
    logged = str(lines)
    assert not [
        word for word in ("000001", "000 001", "0001", "1990", "Casier", "secret-note", TOKEN) if word in logged
    ]
