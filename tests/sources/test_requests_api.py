"""Requests from the ministry's API: as its OpenAPI file says, and any other answer."""

from __future__ import annotations

from pathlib import Path

import pytest
from aiohttp import web
from openapi_spec_validator import validate
from structlog.testing import capture_logs

from settings import Settings
from sources.declared.http_source import MAX_BYTES, HttpSource
from state.errors import SourceUnavailable
from state.interfaces import Source
from tests.support.ministry_source import MINE, REQUESTS, STATUSES, requests_source
from tests.support.requests_api import API, EXAMPLE, TOKEN, UNKNOWN, Ministry, hold


def test_openapi_file_and_its_examples_are_valid() -> None:
    validate(API)
    operation = API["paths"]["/requests/status"]["post"]
    for example in operation["requestBody"]["content"]["application/json"]["examples"].values():
        hold("Asked", example["value"])
    for example in operation["responses"]["200"]["content"]["application/json"]["examples"].values():
        hold("Answer", example["value"])


def test_openapi_statuses_are_those_of_the_menus() -> None:
    assert set(API["components"]["schemas"]["Found"]["properties"]["status"]["examples"]) == set(STATUSES)


async def test_a_request_is_found_with_either_proof(api: HttpSource, ministry: Ministry) -> None:
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


async def test_wrong_proof_is_answered_like_a_wrong_number(api: HttpSource) -> None:
    wrong_proof = await api.ask("requests.status", {**MINE, "proof": "9999"})
    wrong_number = await api.ask("requests.status", {**MINE, "reference": "EX-999999"})
    assert wrong_proof == wrong_number
    assert (wrong_proof.trigger, wrong_proof.facts) == ("unknown", {})


@pytest.mark.parametrize("proof", ["", "123", "12345", "abcd", "31021990", "²²²²", "0001 or 1", "1961-00-00"])
async def test_what_cannot_be_a_proof_is_not_sent(api: HttpSource, ministry: Ministry, proof: str) -> None:
    assert (await api.ask("requests.status", {**MINE, "proof": proof})).trigger == "unknown"
    assert (await api.ask("requests.status", {"proof": proof})).trigger == "unknown"
    assert not ministry.asked


async def test_address_has_no_personal_data_and_headers_identify(api: HttpSource, ministry: Ministry) -> None:
    await api.ask("requests.status", MINE)
    assert ministry.paths == ["/requests/status"]
    assert ministry.headers[0]["Authorization"] == f"Bearer {TOKEN}"
    assert ministry.headers[0]["X-Road-Client"] == "BJ/GOV/0001/zin"


async def test_headers_that_are_not_set_are_not_sent(ministry: Ministry, tmp_path: Path) -> None:
    api = requests_source(Settings(env="demo", data=tmp_path, requests_url=ministry.url + "/"))
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
    (web.Response(text="<html>", content_type="application/json"), "not as agreed: no outcome fits"),
    (web.Response(text="", content_type="application/json"), "not as agreed: no outcome fits"),
    (web.Response(body=b"\xff\xfe", content_type="application/json"), "not as agreed: no outcome fits"),
    (web.Response(text=json().text, content_type="text/plain"), "not JSON"),
    (web.json_response([]), "not as agreed: no outcome fits"),
    (web.json_response(None), "not as agreed: no outcome fits"),
    (web.json_response({}), "not as agreed: no outcome fits"),
    (web.json_response({"outcome": "maybe"}), "not as agreed: no outcome fits"),
    (json(status=5), "menus/statuses does not describe"),
    (json(status="teleported"), "menus/statuses does not describe"),
    (json(status=[5]), "not as agreed: status"),
    (json(service=""), "not as agreed: service"),
    (json(service=LONG_SERVICE), "not as agreed: service"),
    (json(updated="28/09/2026"), "not as agreed: updated"),
    (json(updated="2026-02-30"), "not as agreed: updated"),
    (json(updated="28092026"), "not as agreed: updated"),
    (json(updated=1790000000), "not as agreed: updated"),
    (json(note="x" * 161), "not as agreed: note"),
    (json(note=7), "not as agreed: note"),
    *((without(name), f"not as agreed: {name}") for name in ("service", "status", "updated")),
    (without("outcome"), "not as agreed: no outcome fits"),
    (web.Response(text=" " * (MAX_BYTES + 1), content_type="application/json"), "too big"),
    (web.Response(status=302, headers={"Location": "/elsewhere"}), "status 302"),
    (web.Response(status=204), "status 204"),
    (web.json_response(UNKNOWN, status=404), "status 404"),
    (web.json_response(EXAMPLE, status=500), "status 500"),
    (web.Response(status=429, headers={"Retry-After": "1"}), "status 429"),
]


@pytest.mark.parametrize(("answer", "why"), NONSENSE)
async def test_nonsense_is_no_answer(api: HttpSource, ministry: Ministry, answer: web.Response, why: str) -> None:
    ministry.instead = answer
    with pytest.raises(SourceUnavailable, match=why) as error:
        await api.ask("requests.status", MINE)
    assert len(ministry.asked) == 1, "a redirect is not followed"
    assert not [typed for typed in ("000001", "0001", "1990", "teleported", "28/09") if typed in str(error.value)]


async def test_fields_that_are_not_agreed_are_ignored(api: HttpSource, ministry: Ministry) -> None:
    ministry.instead = json(shelf="B12")
    assert (await api.ask("requests.status", MINE)).trigger == "found"


@pytest.mark.parametrize("answer", [without("note"), json(note=None)])
async def test_a_note_may_be_left_out(api: HttpSource, ministry: Ministry, answer: web.Response) -> None:
    ministry.instead = answer
    assert (await api.ask("requests.status", MINE)).facts["note"] == ""


async def test_unreadable_record_leaves_the_others(api: HttpSource, ministry: Ministry) -> None:
    ministry.instead = json(status="teleported")
    for _ in range(REQUESTS.breaker.failures * 2):
        with pytest.raises(SourceUnavailable):
            await api.ask("requests.status", MINE)
    ministry.instead = None
    assert (await api.ask("requests.status", MINE)).trigger == "found"


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
