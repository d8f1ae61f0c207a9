"""The working copy, compiled: as citizens would get it, or with what is to be corrected in it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from authoring.drafts.compiled_draft import PREFIX, CompiledDraft
from authoring.drafts.repository import MenuDrafts
from authoring.drafts.working_copy import content_digest
from runtime.active_menus import FOLDER, open_draft
from state.menu.change_feed import MenuChangeFeed
from state.menu.versions import MenuVersion
from tests.support.menu_versions import Bench

pytestmark = pytest.mark.slow


@pytest.fixture
async def active(bench: Bench) -> MenuVersion:
    first = await bench.versions.ensure_first_publication(bench.folder)
    return (await bench.versions.compiled.get(first.version)).edition


@pytest.fixture
async def draft(bench: Bench, active: MenuVersion) -> AsyncIterator[CompiledDraft]:
    settings = bench.settings.model_copy(update={"env": "production"})
    made = open_draft(settings, bench.versions, lambda: active, MenuChangeFeed(), bench.clock)
    yield made
    await made.close()
    assert list((settings.data / FOLDER).glob(f"{PREFIX}*")) == []


async def change(drafts: MenuDrafts, path: str, old: str, new: str) -> None:
    content = (await drafts.working_copy()).files[path]
    assert old.encode() in content
    await drafts.save("awa", path, content.replace(old.encode(), new.encode()), seen=content_digest(content))


async def test_draft_without_journeys_shows_what_citizens_get(draft: CompiledDraft, active: MenuVersion) -> None:
    assert await draft.edition(await draft.drafts.working_copy()) is active
    await draft.drafts.save("awa", "README.md", b"# Menus\n", seen="")
    assert await draft.edition(await draft.drafts.working_copy()) is active


async def test_journey_that_leads_elsewhere_is_compiled_once(draft: CompiledDraft, active: MenuVersion) -> None:
    await change(draft.drafts, "home.yaml", "{label: Fruits, to: fruits}", "{label: Fruits, to: bye}")
    edition = await draft.edition(await draft.drafts.working_copy())
    assert dict(edition.journeys.graph["home.welcome"])["choice bye"] == "home.bye"
    assert await draft.edition(await draft.drafts.working_copy()) is edition


async def test_changed_text_needs_no_other_screen(
    draft: CompiledDraft, active: MenuVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draft, "check", None)
    await change(draft.drafts, "home.yaml", "Bienvenue", "Bonjour")
    edition = await draft.edition(await draft.drafts.working_copy())
    assert edition.menus["fr"].screens["home.bye"] is active.menus["fr"].screens["home.bye"]


async def test_changed_texts_are_shown(draft: CompiledDraft, active: MenuVersion) -> None:
    await change(draft.drafts, "home.yaml", "Bienvenue", "Bonjour")
    edition = await draft.edition(await draft.drafts.working_copy())
    assert edition.menus["fr"].screens["home.welcome"].says["ussd"].fill(str) == "Bonjour"
    assert await draft.edition(await draft.drafts.working_copy()) is edition
    assert edition is not active


async def test_problems_name_files_of_the_menus(draft: CompiledDraft, active: MenuVersion) -> None:
    await change(draft.drafts, "home.yaml", "to: fruits", "to: fruit")
    found = await draft.check(await draft.drafts.working_copy())
    assert (found.menus, found.problems[0].file) == (None, "home.yaml")
    assert await draft.edition(found.working_copy) is active
    await change(draft.drafts, "home.yaml", "to: fruit}", "to: fruits}")
    assert (await draft.check(await draft.drafts.working_copy())).problems == ()


async def test_removed_file_is_gone_and_a_lost_folder_comes_back(draft: CompiledDraft, bench: Bench) -> None:
    await draft.drafts.save("awa", "extra.yaml", b"title: [\n", seen="")
    assert (await draft.check(await draft.drafts.working_copy())).problems != ()
    await draft.drafts.discard("awa", "extra.yaml", seen=content_digest(b"title: [\n"))
    assert (await draft.check(await draft.drafts.working_copy())).problems == ()
    (folder,) = (bench.settings.data / FOLDER).glob(f"{PREFIX}*")
    await asyncio.to_thread(folder.rename, folder.with_name("moved"))
    await change(draft.drafts, "home.yaml", "Bienvenue", "Bonjour")
    assert (await draft.check(await draft.drafts.working_copy())).problems == ()
