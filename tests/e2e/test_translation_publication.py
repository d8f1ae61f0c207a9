"""Translations are published as menus are, by every process; what is only saved changes nothing for citizens."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from authoring.versions.languages import translations_path
from tests.e2e.test_menu_publication import Client, parts, process, serves, until
from tests.support.conversation import SMALL_LOCALES
from tests.support.database import Registry
from tests.support.menu_versions import Bench

pytestmark = pytest.mark.slow

QUESTION = "Quel fruit ?"
AA = translations_path("aa")


@pytest.fixture
async def bench(registry: Registry, tmp_path: Path) -> AsyncIterator[Bench]:
    locales = Path(shutil.copytree(SMALL_LOCALES, tmp_path / "bench" / "locales"))
    made = Bench(registry, tmp_path / "bench", locales)
    yield made
    await made.versions.compiled.close()


def translate(bench: Bench, old: str, new: str) -> None:
    bench.change("../locales/aa.po", old, new)


def says(client: Client) -> str:
    """What a process says in the first invented language to who calls now."""
    return parts(client).conversation.menus.current.wordings["aa"].translate(QUESTION)


async def test_saved_translation_waits_for_its_publication(bench: Bench, valkey_url: str) -> None:
    async with process(bench, valkey_url) as one, process(bench, valkey_url) as other:
        turn = parts(one).change_feed.revision
        translate(bench, '"Fɔ ?"', '"Fɔ dɔ ?"')
        await until(lambda: parts(one).change_feed.revision > turn)
        assert (says(one), says(other)) == ("Fɔ ?", "Fɔ ?")
        await parts(one).versions.publish("awa", await bench.stage())
        await until(lambda: says(one) == says(other) == "Fɔ dɔ ?")
        await parts(other).versions.rollback("awa")
        await until(lambda: says(one) == says(other) == "Fɔ ?")


async def test_faulty_language_blocks_itself_only_in_all_processes(bench: Bench, valkey_url: str) -> None:
    async with process(bench, valkey_url) as one, process(bench, valkey_url) as other:
        translate(bench, '"Fɔ ?"', '"Fɔ {x} ?"')
        await until(lambda: "{x}" in str(parts(one).change_feed.translation_problems))
        (problem,) = parts(one).change_feed.translation_problems
        assert (Path(problem.file).name, parts(one).change_feed.problems) == ("aa.po", ())
        status, lines = await ready(one)
        assert (status, lines[0], lines[1].startswith("translations not taken up: aa.po:")) == (200, "ready", True)
        bench.change("home.yaml", "say: Bienvenue", "say: Bonjour")
        await parts(one).versions.publish("awa", await bench.stage())
        await until(lambda: serves(one, "Bonjour") and serves(other, "Bonjour"))
        assert (says(one), says(other)) == ("Fɔ ?", "Fɔ ?")


async def ready(client: Client) -> tuple[int, list[str]]:
    answer = await client.get("/health/ready")
    return answer.status, (await answer.text()).splitlines()


async def test_fault_in_a_demonstration_leaves_its_language_as_served(bench: Bench, valkey_url: str) -> None:
    async with process(bench, valkey_url, env="demo", secret="demo") as client:
        translate(bench, '"Fɔ ?"', '"Fɔ {x} ?"')
        bench.change("home.yaml", "say: Bienvenue", "say: Bonjour")
        await until(lambda: serves(client, "Bonjour") and bool(parts(client).change_feed.translation_problems))
        assert says(client) == "Fɔ ?"
        translate(bench, '"Fɔ {x} ?"', '"Fɔ dɔ ?"')
        await until(lambda: says(client) == "Fɔ dɔ ?")
        assert parts(client).change_feed.translation_problems == ()


async def test_start_serves_published_languages_whatever_is_saved(bench: Bench, valkey_url: str) -> None:
    version = await bench.publish()
    translate(bench, '"Fɔ ?"', '"Fɔ dɔ ?"')
    async with process(bench, valkey_url) as client:
        assert says(client) == "Fɔ ?"
        assert (await bench.versions.repository.files(version))[AA] != (bench.settings.locales / "aa.po").read_bytes()
