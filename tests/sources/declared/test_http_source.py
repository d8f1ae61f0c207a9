"""A declared source against an API that answers as its file says, and against one that does not."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from sources.declared.http_source import MAX_BYTES
from sources.timeout import TimeLimitedSource
from state.errors import SourceUnavailable
from state.interfaces import Outcome
from tests.support.declared_api import FOUND, MINE, Api, declared, source_of
from tests.support.patience import PATIENCE

QUESTION = "passports.stage"


async def ask(server: Api, tmp_path: Path, **changes: Any) -> Outcome:
    source = source_of(declared(request__server=server.url, **changes), tmp_path)
    try:
        return await source.ask(QUESTION, MINE)
    finally:
        await source.close()


async def test_answer_as_declared_gives_all_facts(server: Api, tmp_path: Path) -> None:
    outcome = await ask(server, tmp_path)
    assert outcome == Outcome(
        "found", {"stage": "Passeport imprimé", "office": "Cotonou", "ready": "2026-11-20", "due": "5000"}
    )
    (request,) = server.requests
    assert (request.method, request.raw_path) == ("POST", "/passports/stage")
    assert request.headers["X-Road-Client"] == "BJ/GOV/0001/zin"
    assert json.loads(server.bodies[0]) == {"file": {"number": "PP0001"}, "born": "1990-03-05"}


async def test_error_status_with_its_code_is_unknown(server: Api, tmp_path: Path) -> None:
    server.instead = web.json_response({"code": "NO_FILE"}, status=404, content_type="application/problem+json")
    assert await ask(server, tmp_path) == Outcome("unknown")


def answer(**changes: object) -> web.Response:
    return web.json_response({"file": {**FOUND["file"], **changes}})


WRONG = [
    (web.json_response({}, status=404), "no outcome fits"),
    (web.Response(status=404, text="<html>", content_type="text/html"), "not JSON"),
    (web.Response(status=302, headers={"Location": "/elsewhere"}), "status 302"),
    (web.json_response(FOUND, status=500), "status 500"),
    (web.json_response(FOUND, status=201), "status 201"),
    (web.Response(text=json.dumps(FOUND), content_type="text/plain"), "not JSON"),
    (web.Response(text=json.dumps({**FOUND, "more": "x" * MAX_BYTES}), content_type="application/json"), "too big"),
    (web.Response(text="{" * 5000, content_type="application/json"), "no outcome fits"),
    (web.Response(text="[" * 5000 + "]" * 5000, content_type="application/json"), "no outcome fits"),
    (web.json_response([FOUND]), "no outcome fits"),
    (web.json_response({"file": "P2"}), "no outcome fits"),
    (answer(stage=["P2"]), "not as agreed: stage"),
    (answer(stage="P9"), "the file does not describe"),
    (answer(office=None), "not as agreed: office"),
    (answer(office=7), "not as agreed: office"),
    (answer(office="x" * 41), "not as agreed: office"),
    (answer(office="\0"), "not as agreed: office"),
    (answer(ready="20/11/2026"), "not as agreed: ready"),
    (answer(ready="2026-02-30"), "not as agreed: ready"),
    (answer(ready="9999-12-31T23:59:59-23:00"), "not as agreed: ready"),
    (answer(ready=20261120), "not as agreed: ready"),
    (answer(due="5 000 F"), "not as agreed: due"),
    (answer(due=-1), "not as agreed: due"),
    (answer(due=50.5), "not as agreed: due"),
    (answer(due=True), "not as agreed: due"),
    (answer(due=10**13), "not as agreed: due"),
    (web.Response(text='{"file": {"stage": "P2", "office": "C", "due": NaN}}', content_type="application/json"), "due"),
]


@pytest.mark.parametrize(("answered", "why"), WRONG)
async def test_what_is_not_declared_is_unavailable(
    server: Api, tmp_path: Path, answered: web.Response, why: str
) -> None:
    server.instead = answered
    with pytest.raises(SourceUnavailable, match=f"^passports: .*{why}") as error:
        await ask(server, tmp_path)
    assert len(server.requests) == 1, "a redirect is not followed"
    assert not [word for word in ("PP0001", "1990", "Cotonou", "5 000", "P9") if word in str(error.value)]


RIGHT = [
    (answer(ready=None), "ready", ""),
    (answer(ready="2026-11-20T23:30:00Z"), "ready", "2026-11-21"),
    (answer(ready="2026-11-20T23:30:00"), "ready", "2026-11-20"),
    (answer(due="5000"), "due", "5000"),
    (answer(due=5000.0), "due", "5000"),
    (answer(due=0), "due", "0"),
    (answer(office=" Porto-Novo \n bureau 2 "), "office", "Porto-Novo bureau 2"),
]


@pytest.mark.parametrize(("answered", "fact", "value"), RIGHT)
async def test_fact_is_read_in_each_spelling(
    server: Api, tmp_path: Path, answered: web.Response, fact: str, value: str
) -> None:
    server.instead = answered
    assert (await ask(server, tmp_path)).facts[fact] == value


async def test_a_day_with_slashes_is_read_where_declared(server: Api, tmp_path: Path) -> None:
    server.instead = answer(ready="20/11/2026")
    facts = {"ready": {"from": "file.ready", "kind": "date", "format": "dd/mm/yyyy"}}
    assert (await ask(server, tmp_path, facts=facts)).facts == {"ready": "2026-11-20"}


async def test_slow_api_is_late_within_its_own_patience(server: Api, tmp_path: Path) -> None:
    server.slow = 2 * PATIENCE
    file = declared(request__server=server.url, patience_seconds=0.2)
    source = TimeLimitedSource(source_of(file, tmp_path), file.patience_seconds)
    async with asyncio.timeout(PATIENCE):
        assert (await source.ask(QUESTION, MINE)).trigger == "late"
    await source.close()


async def test_failures_open_the_breaker_as_declared(server: Api, tmp_path: Path) -> None:
    server.instead = web.Response(status=503)
    source = source_of(declared(request__server=server.url, breaker={"failures": 2, "rest_seconds": 600}), tmp_path)
    for _ in range(5):
        with pytest.raises(SourceUnavailable):
            await source.ask(QUESTION, MINE)
    assert len(server.requests) == 2
    await source.close()


async def test_answer_is_cached_as_long_as_declared(server: Api, tmp_path: Path) -> None:
    for seconds, asked in ((0, 2), (300, 1)):
        server.requests.clear()
        source = source_of(declared(request__server=server.url, cache_seconds=seconds), tmp_path)
        for _ in range(2):
            assert (await source.ask(QUESTION, MINE)).trigger == "found"
        assert len(server.requests) == asked
        await source.close()


@pytest.mark.parametrize("answers", [{}, {"reference": "PP0001"}, {**MINE, "birth_date": "31021990"}])
async def test_what_cannot_be_an_answer_is_not_sent(server: Api, tmp_path: Path, answers: dict[str, str]) -> None:
    source = source_of(declared(request__server=server.url), tmp_path)
    assert (await source.ask(QUESTION, answers)).trigger == "unknown"
    await source.close()
    assert not server.requests


async def test_log_has_names_of_facts_and_no_values(server: Api, tmp_path: Path) -> None:
    server.instead = answer(office=["secret-office"])
    source = TimeLimitedSource(source_of(declared(request__server=server.url), tmp_path), PATIENCE)
    with capture_logs() as lines:
        assert (await source.ask(QUESTION, MINE)).trigger == "unavailable"
    await source.close()
    assert [line["why"] for line in lines] == ["passports: not as agreed: office"]
    assert not [word for word in ("PP0001", "1990", "secret-office") if word in str(lines)]


async def test_demonstration_asks_no_real_system(tmp_path: Path) -> None:
    source = source_of(declared(request__server="https://api.example"), tmp_path)
    with pytest.raises(SourceUnavailable, match="asks no real system"):
        await source.ask(QUESTION, MINE)
    await source.close()
