"""The draft of the menus: saved by several people, seen by all servers, joined with what comes into service."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from authoring.drafts.files_in_service import PublishedFiles
from authoring.drafts.repository import MAX_PATH_CHARACTERS, DraftChanged, MenuDrafts
from authoring.drafts.working_copy import WorkingCopy, content_digest
from authoring.versions.errors import MenusRefused
from tests.support.menu_versions import Bench, audited_actions

pytestmark = pytest.mark.slow
Edit = Callable[[str], str]


class Desk:
    """A draft over the published versions of a bench, as one server has it."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.drafts = MenuDrafts(bench.database, PublishedFiles(bench.versions.repository), bench.clock)

    async def text(self, path: str) -> str:
        return (await self.drafts.working_copy()).text(path)

    async def seen(self, path: str) -> str:
        return content_digest((await self.drafts.working_copy()).files.get(path))

    async def change(self, path: str, old: str, new: str, by: str = "awa") -> None:
        text = await self.text(path)
        assert old in text
        await self.drafts.save(by, path, text.replace(old, new).encode(), seen=await self.seen(path))

    async def publish(self, working_copy: WorkingCopy, by: str = "awa") -> str:
        self.bench.clock.now += 1
        staged = await self.bench.versions.stage_draft(by, working_copy)
        await self.bench.versions.publish(by, staged.version)
        return staged.version


@pytest.fixture
async def desk(bench: Bench) -> Desk:
    await bench.versions.ensure_first_publication(bench.folder)
    return Desk(bench)


async def test_saved_change_is_seen_by_another_server_and_audited(desk: Desk) -> None:
    await desk.change("home.yaml", "Bienvenue", "Bonjour")
    other = Desk(desk.bench)
    working_copy = await other.drafts.working_copy()
    (changed,) = working_copy.changed.values()
    assert (changed.path, changed.by, changed.at) == ("home.yaml", "awa", int(desk.bench.clock.now))
    assert "Bonjour" in working_copy.text("home.yaml")
    assert changed.in_service == (desk.bench.folder / "home.yaml").read_bytes()
    assert (await audited_actions(desk.bench))[-1] == ("awa", "draft save", "home.yaml")


async def test_file_on_disk_is_never_written(desk: Desk) -> None:
    before = (desk.bench.folder / "home.yaml").read_bytes()
    await desk.change("home.yaml", "Bienvenue", "Bonjour")
    await desk.publish(await desk.drafts.working_copy())
    assert (desk.bench.folder / "home.yaml").read_bytes() == before


async def test_save_from_an_older_text_is_refused_and_changes_nothing(desk: Desk) -> None:
    seen, text = await desk.seen("home.yaml"), await desk.text("home.yaml")
    await desk.change("home.yaml", "Bienvenue", "Bonjour", by="bio")
    with pytest.raises(DraftChanged, match=r"home\.yaml : quelqu'un d'autre"):
        await desk.drafts.save("awa", "home.yaml", text.replace("Bienvenue", "Bonsoir").encode(), seen=seen)
    assert "Bonjour" in await desk.text("home.yaml")


async def test_of_many_saves_at_once_one_succeeds(desk: Desk) -> None:
    seen, text = await desk.seen("home.yaml"), await desk.text("home.yaml")
    made = [text.replace("Bienvenue", f"Bonjour {number}").encode() for number in range(5)]
    saves = [Desk(desk.bench).drafts.save("awa", "home.yaml", one, seen=seen) for one in made]
    outcomes = await asyncio.gather(*saves, return_exceptions=True)
    assert sorted(type(one).__name__ for one in outcomes) == [*["DraftChanged"] * 4, "NoneType"]
    assert (await desk.text("home.yaml")).encode() == made[outcomes.index(None)]


async def test_change_that_is_taken_back_leaves_no_draft(desk: Desk) -> None:
    await desk.change("home.yaml", "Bienvenue", "Bonjour")
    await desk.change("home.yaml", "Bonjour", "Bienvenue")
    assert (await desk.drafts.working_copy()).changed == {}


async def test_discarded_change_is_gone(desk: Desk) -> None:
    await desk.change("home.yaml", "Bienvenue", "Bonjour")
    with pytest.raises(DraftChanged):
        await desk.drafts.discard("bio", "home.yaml", seen="0")
    await desk.drafts.discard("bio", "home.yaml", seen=await desk.seen("home.yaml"))
    assert (await desk.drafts.working_copy()).changed == {}
    assert (await audited_actions(desk.bench))[-1] == ("bio", "draft discard", "home.yaml")


async def test_file_is_added_and_removed(desk: Desk) -> None:
    await desk.drafts.save("awa", "new.yaml", b"title: Neuf\n", seen="")
    assert (await desk.drafts.working_copy()).files["new.yaml"] == b"title: Neuf\n"
    with pytest.raises(DraftChanged):
        await desk.drafts.save("bio", "new.yaml", b"title: Autre\n", seen="")
    await desk.drafts.save("awa", "home.yaml", None, seen=await desk.seen("home.yaml"))
    working_copy = await desk.drafts.working_copy()
    assert "home.yaml" not in working_copy.files
    assert working_copy.changed["home.yaml"].content is None


async def test_draft_is_published_like_any_version(desk: Desk) -> None:
    await desk.change("home.yaml", "Bienvenue", "Bonjour")
    working_copy = await desk.drafts.working_copy()
    version = await desk.publish(working_copy)
    assert version == working_copy.version
    assert (await desk.bench.versions.repository.files(version)) == working_copy.files
    after = await desk.drafts.working_copy()
    assert (after.changed, after.version) == ({}, version)


async def test_later_publication_is_joined_with_the_draft(desk: Desk) -> None:
    await desk.change("home.yaml", "Bienvenue", "Bonjour")
    desk.bench.change("home.yaml", "bye: {say: Au revoir}", "bye: {say: À bientôt}")
    await desk.bench.publish("bio")
    working_copy = await desk.drafts.working_copy()
    assert working_copy.conflicts == ()
    text = (desk.bench.folder / "home.yaml").read_text("utf-8")
    assert working_copy.text("home.yaml") == text.replace("Bienvenue", "Bonjour")
    await desk.change("home.yaml", "Bonjour", "Bonsoir", by="bio")
    assert await desk.text("home.yaml") == text.replace("Bienvenue", "Bonsoir")


async def test_contradiction_is_resolved_before_staging(desk: Desk) -> None:
    await desk.change("home.yaml", "Bienvenue", "Bonjour")
    desk.bench.change("home.yaml", "Bienvenue", "Bonsoir")
    await desk.bench.publish("bio")
    working_copy = await desk.drafts.working_copy()
    (contested,) = working_copy.conflicts
    (conflict,) = contested.conflicts
    assert ("Bonjour" in conflict.mine, "Bonsoir" in conflict.theirs) == (True, True)
    with pytest.raises(MenusRefused, match=r"contredisent : home\.yaml"):
        await desk.bench.versions.stage_draft("awa", working_copy)
    seen = await desk.seen("home.yaml")
    with pytest.raises(MenusRefused, match="Choisissez d'abord"):
        await desk.change("home.yaml", "Bonjour", "Bonsoir")
    with pytest.raises(MenusRefused, match="pour chaque partie"):
        await desk.drafts.resolve("awa", "home.yaml", {}, seen=seen)
    await desk.drafts.resolve("awa", "home.yaml", {conflict.block: "mine"}, seen=seen)
    resolved = await desk.drafts.working_copy()
    assert (resolved.conflicts, "Bonjour" in resolved.text("home.yaml")) == ((), True)
    assert (await audited_actions(desk.bench))[-1] == ("awa", "draft resolve", "home.yaml")


async def test_choice_of_the_side_in_service_leaves_no_draft(desk: Desk) -> None:
    await desk.change("home.yaml", "Bienvenue", "Bonjour")
    desk.bench.change("home.yaml", "Bienvenue", "Bonsoir")
    await desk.bench.publish("bio")
    (contested,) = (await desk.drafts.working_copy()).conflicts
    sides = {one.block: "theirs" for one in contested.conflicts}
    await desk.drafts.resolve("awa", "home.yaml", sides, seen=await desk.seen("home.yaml"))  # type: ignore[arg-type]
    assert (await desk.drafts.working_copy()).changed == {}


async def test_file_without_a_change_has_nothing_to_discard_or_choose(desk: Desk) -> None:
    for path in ("home.yaml", "none.yaml", ""):
        seen = await desk.seen(path)
        with pytest.raises(MenusRefused, match="ne change pas ce fichier"):
            await desk.drafts.discard("awa", path, seen=seen)
        with pytest.raises(MenusRefused, match="ne change pas ce fichier"):
            await desk.drafts.resolve("awa", path, {}, seen=seen)


@pytest.mark.parametrize(
    "path", ["../home.yaml", "/etc/home.yaml", "x.py", f"{'a' * 90}/{'b' * (MAX_PATH_CHARACTERS - 90)}.yaml"]
)
async def test_foreign_file_name_is_refused(desk: Desk, path: str) -> None:
    with pytest.raises(MenusRefused, match="ce nom de fichier"):
        await desk.drafts.save("awa", path, b"a: b\n", seen="")


async def test_too_large_file_is_refused(desk: Desk) -> None:
    with pytest.raises(MenusRefused, match="trop grand"):
        await desk.drafts.save("awa", "home.yaml", b"#" * 1_000_001, seen=await desk.seen("home.yaml"))
