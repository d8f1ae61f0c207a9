"""Which source answers: by prefix, by what is set, and after a file changed."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest
from aiohttp import web

from catalog.entries import Entries
from settings import Settings
from sources.declared.active import DeclaredSources
from sources.declared.examples import example_sources
from state.interfaces import Outcome, Question, Source
from tests.support.declared_api import MINE, PASSPORT, Api, entries_of

ROUTED = "title: Toutes\nquestion: passports.stage\nby: {prefix: {PP: passports, PPX: express, CJ: register}}\n"
EXPRESS = PASSPORT.replace("title: Passeports", "title: Express").replace("/passports/stage", "/express")
NAME = "passports.stage"


class Register:
    """A table of Zin that knows every reference."""

    questions: Mapping[str, Question] = {NAME: Question(NAME, {"reference": "code", "birth_date": "day"})}

    async def ask(self, question: str, answers: Mapping[str, str]) -> Outcome:
        return Outcome("found", {"office": "Registre"})

    async def close(self) -> None:
        pass


@pytest.fixture
async def sources(tmp_path: Path) -> AsyncIterator[DeclaredSources]:
    sources = DeclaredSources(Settings(env="demo", data=tmp_path), {NAME: Register()})
    yield sources
    await sources.close()


def answering(sources: DeclaredSources, entries: Entries) -> Mapping[str, Source]:
    return sources.declare(entries.sources, entries.statuses)


ASKED = [
    ("pp-0001", "/passports/stage"),
    ("PPX 0001", "/express"),
    ("CJ-0001", None),
    ("ZZ-0001", None),
    ("0001", None),
]


@pytest.mark.parametrize(("reference", "path"), ASKED)
async def test_prefix_says_who_is_asked(
    sources: DeclaredSources, server: Api, tmp_path: Path, reference: str, path: str | None
) -> None:
    texts = {"passports": PASSPORT, "express": EXPRESS, "all": ROUTED}
    files = {name: text.replace("http://127.0.0.1:1", server.url) for name, text in texts.items()}
    source = answering(sources, entries_of(tmp_path, files))[NAME]
    outcome = await source.ask(NAME, {**MINE, "reference": reference})
    assert [request.raw_path for request in server.requests] == ([path] if path else [])
    is_register = reference.startswith("CJ")
    assert outcome.trigger == ("found" if path or is_register else "unknown")
    assert outcome.facts.get("office") == {True: "Registre", False: "Cotonou" if path else None}[is_register]


async def test_words_of_all_sources_are_measured(sources: DeclaredSources, tmp_path: Path) -> None:
    files = {"passports": PASSPORT, "express": EXPRESS.replace("Dossier reçu", "Reçu"), "all": ROUTED}
    question = answering(sources, entries_of(tmp_path, files))[NAME].questions[NAME]
    assert set(question.gives["stage"].among) == {"Dossier reçu", "Reçu", "Passeport imprimé"}
    assert (question.guarded, question.reference) == (True, "reference")


async def test_register_answers_while_an_address_is_not_set(
    sources: DeclaredSources, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = entries_of(tmp_path, {"passports": PASSPORT.replace("http://127.0.0.1:1", "ZIN_MINISTRY_PASSPORTS_URL")})
    assert not answering(sources, entries)
    monkeypatch.setenv("ZIN_MINISTRY_PASSPORTS_URL", "http://127.0.0.1:1")
    assert answering(sources, entries).keys() == {NAME}


async def test_unchanged_file_keeps_its_source(sources: DeclaredSources, server: Api, tmp_path: Path) -> None:
    text = PASSPORT.replace("http://127.0.0.1:1", server.url).replace("outcomes:", "cache_seconds: 300\noutcomes:")
    for changed in (text, text, text.replace("X-Road-Client", "X-Client")):
        source = answering(sources, entries_of(tmp_path, {"passports": changed}))[NAME]
        assert (await source.ask(NAME, MINE)).trigger == "found"
    assert len(server.requests) == 2, "the second had the cached answer, the third had not"


async def test_token_of_a_file_is_read_at_each_call(
    sources: DeclaredSources, server: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    headers = "{A: {file: pp.token, scheme: Bearer}, B: {setting: ZIN_MINISTRY_PP_KEY}}"
    text = PASSPORT.replace("http://127.0.0.1:1", server.url).replace("{X-Road-Client: BJ/GOV/0001/zin}", headers)
    text = text.replace("outcomes:", "cache_seconds: 0\noutcomes:", 1)
    own = DeclaredSources(Settings(env="demo", data=tmp_path, secret_files=secrets), {})
    source = answering(own, entries_of(tmp_path, {"passports": text}))[NAME]
    assert (await source.ask(NAME, MINE)).trigger == "unavailable"
    assert not server.requests, "without its token nothing is asked"
    monkeypatch.setenv("ZIN_MINISTRY_PP_KEY", "key-of-the-tests")
    for token in ("one", "two"):
        (secrets / "pp.token").write_text(f"{token}\n")
        assert (await source.ask(NAME, MINE)).trigger == "found"
    await own.close()
    assert [request.headers["A"] for request in server.requests] == ["Bearer one", "Bearer two"]
    assert [request.headers["B"] for request in server.requests] == ["key-of-the-tests"] * 2


async def test_trial_answers_from_examples_and_asks_nobody(server: Api, tmp_path: Path) -> None:
    server.instead = web.Response(status=500)
    entries = entries_of(tmp_path, {"passports": PASSPORT.replace("http://127.0.0.1:1", server.url)})
    source = example_sources(entries, Settings(env="demo"), {})[NAME]
    outcome = await source.ask(NAME, MINE)
    assert (outcome.trigger, outcome.sample, outcome.facts["due"]) == ("found", True, "5000")
    assert (await source.ask(NAME, {**MINE, "reference": "PP-7"})).trigger == "unknown"
    assert not server.requests


def test_example_is_json_as_the_other_side_writes_it() -> None:
    lines = [line.strip() for line in PASSPORT.splitlines() if line.strip().startswith('{"')]
    assert [sorted(json.loads(line)) for line in lines] == [["file"], ["code"]]
