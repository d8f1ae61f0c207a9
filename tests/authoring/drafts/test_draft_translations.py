"""Translations in the draft: saved, checked, joined text by text, and published with the menus."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from authoring.drafts.compiled_draft import CompiledDraft
from authoring.versions.languages import translations_path
from tests.authoring.drafts.test_menu_drafts import Desk
from tests.support.conversation import SMALL_LOCALES
from tests.support.database import Registry
from tests.support.menu_versions import Bench

pytestmark = pytest.mark.slow
AA = translations_path("aa")


@pytest.fixture
async def desk(registry: Registry, tmp_path: Path) -> AsyncIterator[Desk]:
    locales = Path(shutil.copytree(SMALL_LOCALES, tmp_path / "bench" / "locales"))
    bench = Bench(registry, tmp_path / "bench", locales)
    await bench.versions.ensure_first_publication(bench.folder)
    yield Desk(bench)
    await bench.versions.compiled.close()


async def test_translation_of_the_draft_is_published(desk: Desk) -> None:
    before = (desk.bench.settings.locales / "aa.po").read_bytes()
    await desk.change(AA, '"Fɔ ?"', '"Fɔ dɔ ?"')
    version = await desk.publish(await desk.drafts.working_copy())
    edition = (await desk.bench.versions.compiled.get(version)).edition
    assert edition.wordings["aa"].translate("Quel fruit ?") == "Fɔ dɔ ?"
    assert (await desk.drafts.working_copy()).changed == {}
    assert (desk.bench.settings.locales / "aa.po").read_bytes() == before


async def test_two_translators_of_one_language_lose_nothing(desk: Desk) -> None:
    await desk.change(AA, '"Fɔ ?"', '"Fɔ dɔ ?"')
    desk.bench.change("../locales/aa.po", '"Ɔ wɛ"', '"Ɔ wɛ dɔ"')
    await desk.bench.publish("bio")
    working_copy = await desk.drafts.working_copy()
    assert working_copy.conflicts == ()
    assert '"Fɔ dɔ ?"' in working_copy.text(AA)
    assert '"Ɔ wɛ dɔ"' in working_copy.text(AA)


async def test_faulty_translation_of_the_draft_is_held_back(desk: Desk) -> None:
    served = (await desk.drafts.working_copy()).files[AA]
    await desk.change(AA, '"Fɔ ?"', '"Fɔ {x} ?"')
    await desk.change("home.yaml", "say: Bienvenue", "say: Bonjour")
    staged = await desk.bench.versions.stage_draft("awa", await desk.drafts.working_copy())
    (problem,) = staged.held_back
    files = await desk.bench.versions.repository.files(staged.version)
    assert (problem.file, files[AA], b"say: Bonjour" in files["home.yaml"]) == (AA, served, True)


async def test_pages_show_the_translations_of_the_draft(desk: Desk, tmp_path: Path) -> None:
    compiled = desk.bench.versions.compiled
    (last,) = await compiled.repository.history()
    active = (await compiled.get(last.version)).edition
    draft = CompiledDraft(desk.drafts, compiled.check, tmp_path / "drafts", lambda: active)
    await desk.change(AA, '"Fɔ ?"', '"Fɔ dɔ ?"')
    shown = await draft.edition(await desk.drafts.working_copy())
    assert shown.wordings["aa"].translate("Quel fruit ?") == "Fɔ dɔ ?"
    await desk.change(AA, '"Fɔ dɔ ?"', '"Fɔ {x} ?"')
    found = await draft.check(await desk.drafts.working_copy())
    assert (found.problems, [one.file for one in found.translation_problems]) == ((), [AA])
    await draft.close()
