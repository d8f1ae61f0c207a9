"""Files of ministries: who may change which, in the draft and in versions, and which translations go with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from accounts.accounts import Accounts
from accounts.scope import EVERYTHING, Scope
from authoring.drafts.repository import MenuDrafts
from authoring.drafts.working_copy import content_digest
from authoring.ministries import foreign_changes, ministry_of, only_texts
from authoring.translating.texts import texts_of
from authoring.versions.errors import MenusRefused
from authoring.versions.schedules import MenuSchedules, Schedule
from tests.support.account_rows import BY, GOOD
from tests.support.database import Registry
from tests.support.menu_versions import Bench

JUSTICE, HEALTH = Scope("justice"), Scope("sante")
OURS = b"ministry: justice\ntitle: Ours\nfirst: one\nscreens:\n  one: {say: Le greffe}\n"
THEIRS = b"ministry: sante\ntitle: Theirs\nfirst: one\nscreens:\n  one: {say: Le soin}\n"
HOUSE = b"title: House\nfirst: one\nscreens:\n  one: {say: Bonjour}\n"
FILES = {"ours.yaml": OURS, "theirs.yaml": THEIRS, "house.yaml": HOUSE}
PO = 'msgid ""\nmsgstr "Language: fon\\n"\n\nmsgid "Le greffe"\nmsgstr "{}"\n\nmsgid "Le soin"\nmsgstr "{}"\n'

WRITTEN = [
    (OURS, "justice"),
    (HOUSE, ""),
    (b"# ministry: justice\ntitle: x\n", ""),
    (b"title: x\nsay: 'ministry: justice'\n", ""),
    (b"screens:\n  ministry: justice\n", ""),
    (b"{title: x, ministry: justice}\n", "justice"),
    (b"ministry: justice\ntitle: [\n", "justice"),  # a fault while somebody writes
    (None, ""),
    (b"\xff\xfe", ""),
]


@pytest.mark.parametrize(("content", "ministry"), WRITTEN)
def test_file_is_of_the_ministry_that_it_names(content: bytes | None, ministry: str) -> None:
    assert ministry_of(content) == ministry


CHANGES = [  # path, before, after, whether justice may
    ("ours.yaml", OURS, OURS + b"\n", True),
    ("ours.yaml", OURS, None, True),
    ("new.yaml", None, OURS, True),
    ("new.yaml", None, HOUSE, False),
    ("new.yaml", None, THEIRS, False),
    ("ours.yaml", OURS, HOUSE, False),
    ("ours.yaml", OURS, THEIRS, False),
    ("house.yaml", HOUSE, OURS, False),
    ("house.yaml", HOUSE, None, False),
    ("theirs.yaml", THEIRS, OURS, False),
    ("theirs.yaml", THEIRS, None, False),
    ("locales/languages.yaml", b"fon: {}\n", b"yo: {}\n", False),
]


@pytest.mark.parametrize(("path", "before", "after", "may"), CHANGES)
def test_only_files_of_the_own_ministry_are_changed(
    path: str, before: bytes | None, after: bytes | None, may: bool
) -> None:
    assert foreign_changes(JUSTICE, {path: before}, {path: after}, FILES) == ([] if may else [path])
    assert foreign_changes(EVERYTHING, {path: before}, {path: after}, FILES) == []


TRANSLATED = [  # what becomes of the two texts, whether justice may, whether health may
    (("greffe", ""), True, False),
    (("", "soin"), False, True),
    (("greffe", "soin"), False, False),
]


@pytest.mark.parametrize(("written", "justice", "health"), TRANSLATED)
def test_translation_is_of_the_files_of_its_text(written: tuple[str, str], justice: bool, health: bool) -> None:
    before, after = ({"locales/fon.po": PO.format(*one).encode()} for one in (("", ""), written))
    may = [not foreign_changes(scope, before, after, FILES) for scope in (JUSTICE, HEALTH)]
    assert may == [justice, health]


def test_text_of_two_ministries_is_of_neither() -> None:
    files = {**FILES, "theirs.yaml": THEIRS.replace(b"Le soin", b"Le greffe")}
    before, after = ({"locales/fon.po": PO.format(one, "").encode()} for one in ("", "greffe"))
    assert [foreign_changes(scope, before, after, files) for scope in (JUSTICE, HEALTH)] == [["locales/fon.po"]] * 2


def test_head_of_a_translation_is_of_the_house() -> None:
    before = PO.format("", "")
    after = before.replace("fon", "yo", 1)
    path = "locales/fon.po"
    assert foreign_changes(JUSTICE, {path: before.encode()}, {path: after.encode()}, FILES) == [path]


def test_given_out_file_has_visible_texts_only() -> None:
    own = [text for text in texts_of(FILES).values() if text.one == "Le greffe"]
    assert only_texts(PO.format("a", "b").encode(), own).decode() == PO.format("a", "b").partition('msgid "Le soin"')[0]


class Office:
    """A small menu of which justice has fruits.yaml and health has secret.yaml, with an editor and an approver each."""

    def __init__(self, registry: Registry, folder: Path) -> None:
        self.bench = Bench(registry, folder)
        for name, ministry in (("fruits.yaml", "justice"), ("secret.yaml", "sante")):
            path = self.bench.folder / name
            path.write_text(f"ministry: {ministry}\n{path.read_text('utf-8')}", "utf-8")
        self.drafts = MenuDrafts(registry.database, self.bench.versions._earlier.in_service, self.bench.clock)

    async def open(self) -> None:
        await self.bench.publish("console:root")
        accounts = Accounts(self.bench.database)
        for name, ministry in (("juste", "justice"), ("sante", "sante"), ("tous", "")):
            await accounts.add(name, "editor", GOOD, BY, ministry=ministry)
            await accounts.add(f"{name}.approuve", "approver", GOOD, BY, ministry=ministry)

    async def write(self, by: str, path: str, old: str, new: str) -> None:
        content = (await self.drafts.working_copy()).files[path]
        await self.drafts.save(by, path, content.replace(old.encode(), new.encode()), seen=content_digest(content))

    async def stage(self, by: str) -> str:
        return (await self.bench.versions.stage_draft(by, await self.drafts.working_copy(), "essai")).version


@pytest.fixture
async def office(registry: Registry, tmp_path: Path) -> Office:
    made = Office(registry, tmp_path)
    await made.open()
    return made


async def test_draft_of_another_ministry_is_not_written(office: Office) -> None:
    await office.write("juste", "fruits.yaml", "Pas de fruit", "Aucun fruit")
    tries = (("juste", "secret.yaml", "Mauvais"), ("juste", "long.yaml", "t"), ("sante", "fruits.yaml", "A"))
    for by, path, old in tries:
        with pytest.raises(MenusRefused, match="pas à votre ministère"):
            await office.write(by, path, old, f"{old} ")
    seen = content_digest((await office.drafts.working_copy()).files["fruits.yaml"])
    with pytest.raises(MenusRefused, match="pas à votre ministère"):
        await office.drafts.discard("sante", "fruits.yaml", seen=seen)
    await office.write("tous", "fruits.yaml", "Aucun fruit", "Plus de fruit")
    await office.write("sante", "secret.yaml", "Mauvais", "Faux")
    assert set((await office.drafts.working_copy()).changed) == {"fruits.yaml", "secret.yaml"}


async def test_version_of_a_ministry_has_its_changes_only(office: Office) -> None:
    await office.write("juste", "fruits.yaml", "Pas de fruit", "Aucun fruit")
    await office.write("sante", "secret.yaml", "Mauvais", "Faux")
    version = await office.stage("juste")
    files = await office.bench.versions.repository.files(version)
    assert (b"Aucun fruit" in files["fruits.yaml"], b"Faux" in files["secret.yaml"]) == (True, False)
    await office.bench.versions.publish("juste", version)
    assert set((await office.drafts.working_copy()).changed) == {"secret.yaml"}


async def test_version_of_several_needs_accounts_of_none(office: Office) -> None:
    await office.write("juste", "fruits.yaml", "Pas de fruit", "Aucun fruit")
    await office.write("sante", "secret.yaml", "Mauvais", "Faux")
    version, versions = await office.stage("tous"), office.bench.versions
    for by in ("juste.approuve", "sante.approuve"):
        with pytest.raises(MenusRefused, match="pas à votre ministère"):
            await versions.approvals.approve(by, version, 1)
        with pytest.raises(MenusRefused, match="pas à votre ministère"):
            await versions.publish(by, version)
    await versions.approvals.approve("tous.approuve", version, 1)
    await versions.publish("tous.approuve", version)
    with pytest.raises(MenusRefused, match="pas à votre ministère"):
        await versions.rollback("juste")
    await versions.rollback("tous")


async def test_approver_of_the_ministry_approves_its_version(office: Office) -> None:
    await office.write("juste", "fruits.yaml", "Pas de fruit", "Aucun fruit")
    version, approvals = await office.stage("juste"), office.bench.versions.approvals
    with pytest.raises(MenusRefused, match="pas à votre ministère : fruits"):
        await approvals.approve("sante.approuve", version, 1)
    await approvals.approve("juste.approuve", version, 1)
    assert (await approvals.state(version)).approval


async def test_folder_of_another_ministry_is_not_staged(office: Office) -> None:
    office.bench.change("secret.yaml", "Mauvais code", "Faux code")
    with pytest.raises(MenusRefused, match="pas à votre ministère : secret"):
        await office.bench.stage("juste")
    assert await office.bench.stage("sante")


async def test_hour_of_a_version_is_for_its_ministry(office: Office) -> None:
    await office.write("juste", "fruits.yaml", "Pas de fruit", "Aucun fruit")
    version, clock = await office.stage("juste"), office.bench.clock
    schedules = MenuSchedules(office.bench.versions, clock)
    with pytest.raises(MenusRefused, match="pas à votre ministère"):
        await schedules.set(Schedule(version, 1, int(clock.now) + 3600, "sante", ""))
    await schedules.set(Schedule(version, 1, int(clock.now) + 3600, "juste", ""))
    with pytest.raises(MenusRefused, match="pas à votre ministère"):
        await schedules.remove("sante", version)
    assert [one.version for one in await schedules.all()] == [version]
    await schedules.remove("juste", version)
