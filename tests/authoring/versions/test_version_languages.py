"""Translations within versions: staged, published and taken back with the menus; a faulty one blocks its language."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from authoring.versions.archive import Files, digest, zip_files
from authoring.versions.errors import MenusRefused
from authoring.versions.languages import has_languages, menus_of, translations_path
from authoring.versions.publishing import START, WITH_LANGUAGES, WITHOUT_LANGUAGES
from database.tables import menu_publications, menu_versions
from state.errors import InvalidMenu
from tests.support.conversation import SMALL_LOCALES
from tests.support.database import Registry
from tests.support.menu_versions import Bench, audited_actions, history

pytestmark = pytest.mark.slow
AA = translations_path("aa")


class TranslatedBench(Bench):
    """A bench with a folder of three invented languages."""

    def __init__(self, registry: Registry, folder: Path) -> None:
        super().__init__(registry, folder, Path(shutil.copytree(SMALL_LOCALES, folder / "locales")))

    def translate(self, old: str, new: str, code: str = "aa") -> None:
        self.change(f"../locales/{code}.po", old, new)

    async def files(self, version: str) -> Files:
        return await self.versions.repository.files(version)

    async def publish_before(self, files: Files, number: int) -> str:
        """Store and publish menus as a program of before does, which knows no languages."""
        menus, at = menus_of(files), int(self.clock.now)
        version = digest(menus)
        row = {"version": version, "files": zip_files(menus), "staged_by": "awa", "staged_at": at}
        made = {"number": number, "version": version, "published_by": "awa", "published_at": at, "why": ""}
        async with self.database.exclusive_transaction() as writer:
            await writer.add(menu_versions, [row])
            await writer.add(menu_publications, [made])
        return version


@pytest.fixture
async def bench(registry: Registry, tmp_path: Path) -> AsyncIterator[TranslatedBench]:
    made = TranslatedBench(registry, tmp_path / "bench")
    yield made
    await made.versions.compiled.close()


async def test_saved_translation_is_a_version_that_is_taken_back(bench: TranslatedBench) -> None:
    first = await bench.publish()
    bench.translate('"Fɔ ?"', '"Fɔ dɔ ?"')
    second = await bench.publish()
    assert '"Fɔ dɔ ?"' in (await bench.files(second))[AA].decode()
    assert '"Fɔ ?"' in (await bench.files(first))[AA].decode()
    compiled = [(await bench.versions.compiled.get(version)).edition for version in (first, second)]
    assert [one.wordings["aa"].translate("Quel fruit ?") for one in compiled] == ["Fɔ ?", "Fɔ dɔ ?"]
    assert (await bench.versions.rollback("awa")).version == first


async def test_comparison_shows_changed_translations(bench: TranslatedBench) -> None:
    first = await bench.publish()
    bench.translate('"Fɔ ?"', '"Fɔ dɔ ?"')
    found = await bench.differences(first, await bench.stage())
    (line,) = [line for lines in found.values() for line in lines]
    assert "Fɔ dɔ ?" in line


async def test_faulty_language_stays_and_the_rest_goes(bench: TranslatedBench) -> None:
    first = await bench.publish()
    bench.change("home.yaml", "say: Bienvenue", "say: Bonjour")
    bench.translate('"Fɔ ?"', '"Fɔ {x} ?"')
    staged = await bench.versions.stage("awa", bench.folder)
    (problem,) = staged.held_back
    assert (Path(problem.file), "{x}" in problem.what) == (bench.settings.locales / "aa.po", True)
    await bench.versions.publish("awa", staged.version)
    before, now = await bench.files(first), await bench.files(staged.version)
    assert {path for path in now if now[path] != before.get(path)} == {"home.yaml"}


async def test_faults_alone_leave_nothing_to_stage(bench: TranslatedBench) -> None:
    await bench.publish()
    bench.translate('"Fɔ ?"', '"Fɔ {x} ?"')
    with pytest.raises(MenusRefused, match=r"Rien à préparer.* Ces langues restent .*aa\.po:"):
        await bench.stage()


async def test_faulty_language_of_the_first_version_is_shown_in_french(bench: TranslatedBench) -> None:
    bench.translate('"Fɔ ?"', '"Fɔ {x} ?"')
    wording = (await bench.versions.compiled.get(await bench.publish())).edition.wordings["aa"]
    assert (wording.translate("Quel fruit ?"), wording.translate("Bienvenue")) == ("Quel fruit ?", "Ɔ wɛ")


async def test_faulty_table_of_languages_is_refused(bench: TranslatedBench) -> None:
    (bench.settings.locales / "languages.yaml").write_text("fr: no language", encoding="utf-8")
    with pytest.raises(InvalidMenu, match=r"locales/languages\.yaml:1:"):
        await bench.stage()
    assert await bench.versions.repository.staged() == ()


# Versions that a program of before staged, without languages


async def test_first_start_after_an_upgrade_adds_the_languages(bench: TranslatedBench) -> None:
    whole = await bench.files(await bench.stage())
    old = await bench.publish_before(whole, 1)
    bench.change("home.yaml", "say: Bienvenue", "say: Bonjour")  # is being written, and not for citizens yet
    last = await bench.versions.ensure_first_publication(bench.folder)
    assert await bench.files(last.version) == whole
    assert [number for number, _, _ in await history(bench)] == [2, 1]
    assert (last.why, last.by, last.version != old) == (WITH_LANGUAGES, START, True)
    assert await bench.other().ensure_first_publication(bench.folder) == last
    with pytest.raises(MenusRefused, match="pas de version d'avant"):
        await bench.versions.rollback("awa")


async def test_languages_published_last_go_on_after_an_older_program(bench: TranslatedBench) -> None:
    """An older server that publishes during an upgrade leaves out the languages: the next start adds them again."""
    whole = await bench.files(await bench.publish())
    bench.translate('"Fɔ ?"', '"Fɔ dɔ ?"')  # is not published
    home = whole["home.yaml"].replace(b"say: Bienvenue", b"say: Bonjour")
    await bench.publish_before({**whole, "home.yaml": home}, 2)
    last = await bench.versions.ensure_first_publication(bench.folder)
    assert (last.number, await bench.files(last.version)) == (3, {**whole, "home.yaml": home})


async def test_version_without_languages_goes_back_with_those_in_service(bench: TranslatedBench) -> None:
    whole = await bench.files(await bench.stage())
    old = await bench.publish_before(whole, 1)
    await bench.versions.ensure_first_publication(bench.folder)
    bench.change("home.yaml", "say: Bienvenue", "say: Bonjour")
    bench.translate('"Fɔ ?"', '"Fɔ dɔ ?"')
    newest = await bench.files(await bench.publish())
    back = await bench.versions.rollback("awa", old)
    files = await bench.files(back.version)
    assert (menus_of(files), files[AA]) == (menus_of(whole), newest[AA])
    assert (await audited_actions(bench))[-1] == ("awa", "menus rollback", back.version)


@pytest.mark.parametrize("path", ["new.md", "locales/languages.yaml"])
async def test_version_staged_by_an_older_program_is_refused(bench: TranslatedBench, path: str) -> None:
    """A draft that an older program staged has at most the files of languages that somebody changed."""
    first = await bench.publish()
    files = {**menus_of(await bench.files(first)), path: b"fr: {name: Neuf}\n"}
    version = digest(files)
    row = {"version": version, "files": zip_files(files), "staged_by": "awa", "staged_at": int(bench.clock.now) + 1}
    async with bench.database.exclusive_transaction() as writer:
        await writer.add(menu_versions, [row])
    assert not has_languages(await bench.files(version))
    with pytest.raises(MenusRefused, match=WITHOUT_LANGUAGES):
        await bench.versions.publish("awa", version)
    assert [one for _, one, _ in await history(bench)] == [first]
