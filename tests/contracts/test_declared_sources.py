"""The contract of every kind of declared source, over real HTTP: each file, and the fake that its examples make."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from catalog.source_files import HttpSourceFile
from httpclient.json_client import FORM, JSON
from settings import Settings
from sources.declared.checks import Installation, problems
from sources.declared.examples import ExampleSource
from sources.declared.http_source import HttpSource
from sources.declared.mock_api import MockApi
from tests.support.declared_api import TEXTS, declared, entries_of
from tests.support.ministry_source import MENUS, REQUESTS

GET = {"server": "http://127.0.0.1:1", "method": "GET"}
FILES: Mapping[str, HttpSourceFile] = {
    "JSON in a POST": declared(),
    "a form in a POST": declared(
        request={
            **GET,
            "method": "POST",
            "path": "/search",
            "form": {"n": "{reference}", "born": "{birth_date}", "x": "é&="},
        }
    ),
    "a path and a query": declared(request={**GET, "path": "/f/{reference}", "query": {"born": "{birth_date}"}}),
    "a part of a path": declared(request={**GET, "path": "/f/n-{reference}.json", "query": {"b": "{birth_date}"}}),
    "the common API": REQUESTS,
    "careers": declared(
        question="careers.file",
        reference="number",
        needs={"number": "code", "birth_date": "day"},
        request={**GET, "path": "/careers/{number}", "query": {"born": "{birth_date}"}},
        examples=[
            {**one.model_dump(), "ask": {"number": one.ask["reference"], "birth_date": one.ask["birth_date"]}}
            for one in declared().examples
        ],
    ),
}  # fmt: skip
EXAMPLES = [(kind, place) for kind, file in FILES.items() for place in range(len(file.examples))]


@asynccontextmanager
async def faked(file: HttpSourceFile, lines: list[str]) -> AsyncIterator[str]:
    server = TestServer(MockApi(file, lines.append).app())
    await server.start_server()
    try:
        yield str(server.make_url("")).rstrip("/")
    finally:
        await server.close()


def at(file: HttpSourceFile, server: str) -> HttpSourceFile:
    return file.model_copy(update={"request": file.request.model_copy(update={"server": server})})


@pytest.mark.parametrize(("kind", "place"), EXAMPLES)
async def test_example_is_asked_and_understood(kind: str, place: int, tmp_path: Path) -> None:
    file, lines = FILES[kind], list[str]()
    example = file.examples[place]
    async with faked(file, lines) as server:
        source = HttpSource("tried", at(file, server), Settings(env="demo", data=tmp_path), TEXTS)
        outcome = await source.ask(file.question, example.ask)
        await source.close()
    assert outcome.trigger == example.outcome
    assert outcome.facts.items() >= example.facts.items()
    assert not outcome.sample
    if outcome.trigger == "found":
        assert outcome.facts.keys() == source.questions[file.question].gives.keys()
    assert lines == [f"{file.request.method} : {example.status}, exemple « {example.outcome} »"]
    trial = await ExampleSource(file, TEXTS).ask(file.question, example.ask)
    assert (trial.trigger, trial.facts, trial.sample) == (outcome.trigger, outcome.facts, True)


@pytest.mark.parametrize("kind", FILES)
async def test_facts_fit_what_pages_are_measured_with(kind: str) -> None:
    file = FILES[kind]
    source = ExampleSource(file, TEXTS)
    gives = source.questions[file.question].gives
    for example in file.examples:
        facts = (await source.ask(file.question, example.ask)).facts
        assert all(len(facts[name]) <= len(spec.longest) for name, spec in gives.items() if name in facts)


@pytest.mark.parametrize("kind", FILES)
async def test_nobody_elses_answer_is_given(kind: str, tmp_path: Path) -> None:
    file = FILES[kind]
    async with faked(file, []) as server:
        source = HttpSource("tried", at(file, server), Settings(env="demo", data=tmp_path), TEXTS)
        for need in file.needs:
            other = {**file.examples[0].ask, need: "0009" if file.needs[need] == "proof" else "1999-09-09"}
            assert (await source.ask(file.question, other)).trigger == "unknown"
        await source.close()


WRONG = [
    (("POST", "/elsewhere", {}, JSON), 404, "ce chemin n'est pas /passports/stage"),
    (("GET", "/passports/stage", {}, JSON), 405, "il faut POST"),
    (("POST", "/passports/stage", {}, JSON), 401, "il manque l'en-tête X-Road-Client"),
    (("POST", "/passports/stage", {"X-Road-Client": "x"}, FORM), 415, "le corps n'est pas de la forme attendue"),
]


@pytest.mark.parametrize(("sent", "status", "said"), WRONG)
async def test_fake_says_what_is_wrong_in_a_request(
    sent: tuple[str, str, Mapping[str, str], str], status: int, said: str
) -> None:
    method, path, headers, kind = sent
    lines: list[str] = []
    async with faked(declared(), lines) as server, ClientSession() as session:
        content = {**headers, "Content-Type": kind}
        async with session.request(method, server + path, data="{}", headers=content) as response:
            assert response.status == status
            assert json.loads(await response.text()) == {"erreur": said}
    assert lines == [f"{method} : {status}, {said}"]


def test_our_own_files_are_valid(tmp_path: Path) -> None:
    files = {path.stem: path.read_text(encoding="utf-8") for path in (MENUS / "sources").glob("*.yaml")}
    assert files
    assert not list(problems(tmp_path, entries_of(tmp_path, files), Installation(Settings(env="demo"), {}, {})))
