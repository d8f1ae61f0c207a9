"""Versions of the menus: staged, published, taken back, by several at once, and whatever is killed meanwhile."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest

from accounts.audit import Audit
from accounts.refusals import MARK
from authoring.versions.archive import extract_to, read_folder, unzip_files, zip_files
from authoring.versions.errors import MenusRefused
from authoring.versions.publishing import FIRST, START, UNPUBLISHED_RETENTION_SECONDS
from state.errors import InvalidMenu
from tests.support.database import Registry
from tests.support.menu_versions import Bench

KILLED_WITHIN = """
import os, signal, sys
import runtime.active_menus as serving
from authoring.validation import folder_validator
from cli.main import main
from accounts.audit import Audit
from accounts.refusals import MARK
from tests.support.conversation import Market
serving.folder_validator = lambda settings, _: folder_validator(settings, Market.questions)
async def killed(*_): os.kill(os.getpid(), signal.SIGKILL)
Audit.add_within = killed
main(sys.argv[1:])
"""


async def history(bench: Bench) -> list[tuple[int, str, str]]:
    return [(one.number, one.version, one.by) for one in await bench.versions.repository.history()]


async def deeds(bench: Bench) -> list[tuple[str, str, str]]:
    audit = Audit(bench.database)
    assert (await audit.verify()).fault is None
    return [(entry.operator, entry.action, entry.subject) for entry in await audit.last(50) if MARK not in entry.action]


async def test_a_version_is_staged_published_and_taken_back_and_each_deed_is_in_the_audit(bench: Bench) -> None:
    await bench.versions.ensure_first_publication(bench.folder)
    bench.change("home.yaml", "Bienvenue", "Bonjour")
    second = await bench.stage("awa")
    assert [one.version for one in await bench.versions.repository.staged()] == [second]
    await bench.versions.publish("bio", second, why="plus court")
    assert await bench.versions.repository.staged() == ()
    await bench.versions.rollback("awa")
    (third, back, of_awa), (two, published, _), (one, first, start) = await history(bench)
    assert (third, two, one) == (3, 2, 1)
    assert (back, published, of_awa, start) == (first, second, "awa", START)
    assert (await bench.versions.repository.history())[1].why == "plus court"
    assert await deeds(bench) == [
        (START, "menus publish", first),
        ("awa", "menus stage", second),
        ("bio", "menus publish", second),
        ("awa", "menus rollback", first),
    ]


async def test_going_back_twice_comes_forward_again(bench: Bench) -> None:
    first = await bench.publish()
    bench.change("home.yaml", "Bienvenue", "Bonjour")
    second = await bench.publish()
    assert (await bench.versions.rollback("awa")).version == first
    assert (await bench.versions.rollback("awa")).version == second


async def test_the_folder_that_is_served_is_the_first_publication_whoever_starts_first(bench: Bench) -> None:
    await asyncio.gather(*(bench.other().ensure_first_publication(bench.folder) for _ in range(4)))
    assert [(number, by) for number, _, by in await history(bench)] == [(1, START)]
    assert (await bench.versions.repository.history())[0].why == FIRST


async def test_exams_and_all_else_of_the_menus_are_those_of_the_version_in_service(bench: Bench) -> None:
    """In production the folder is only where the next version is prepared; a demonstration is on what is saved."""
    await bench.versions.ensure_first_publication(bench.folder)
    bench.change("home.yaml", "Bienvenue", "Bonjour")
    for env, says in (("production", "Bienvenue"), ("demo", "Bonjour")):
        served = await bench.versions.active_settings(bench.settings.model_copy(update={"env": env}))
        assert says in (served.menus / "home.yaml").read_text(encoding="utf-8")


async def test_a_broken_folder_is_refused_with_file_line_and_column_and_nothing_is_kept(bench: Bench) -> None:
    bench.change("home.yaml", "to: bye}", "to: bey}")
    (bench.folder / "communes.csv").write_text("commune\n", encoding="utf-8")
    with pytest.raises(InvalidMenu) as broken:
        await bench.stage()
    told = [str(problem) for problem in broken.value.problems]
    assert any(line.startswith(f"{bench.folder}/home.yaml:10:32: écran welcome") for line in told)
    assert any(line.startswith(f"{bench.folder}/communes.csv:1:1:") for line in told)
    assert await bench.versions.repository.staged() == ()
    assert await deeds(bench) == []


async def test_what_is_no_menu_folder_is_refused_in_one_line(bench: Bench, tmp_path: Path) -> None:
    with pytest.raises(MenusRefused, match=r"il n'y a pas de fichier \.yaml"):
        await bench.versions.stage("awa", tmp_path / "nowhere")


async def test_a_version_that_broke_since_it_was_staged_is_not_published(bench: Bench, tmp_path: Path) -> None:
    """A language that came since may not fit: the check is made again with the words of the moment."""
    version = await bench.stage()
    (tmp_path / "locales").mkdir()
    (tmp_path / "locales" / "languages.yaml").write_text("fr: no language", encoding="utf-8")
    bench.settings = bench.settings.model_copy(update={"locales": tmp_path / "locales"})
    with pytest.raises(InvalidMenu):
        await bench.other().publish("awa", version)
    assert await history(bench) == []


@pytest.mark.parametrize(
    ("deed", "told"),
    [
        (lambda bench, first: bench.versions.publish("awa", "0" * 20), "Il n'y a pas de version"),
        (lambda bench, first: bench.versions.publish("awa", first), "déjà en service"),
        (lambda bench, first: bench.versions.rollback("awa", first), "déjà en service"),
        (lambda bench, first: bench.versions.rollback("awa"), "pas de version d'avant"),
        (lambda bench, first: bench.versions.stage("awa", bench.folder), "Rien à préparer"),
        (lambda bench, first: bench.versions.publish("awa", first, why="x" * 161), "161 signes"),
    ],
)
async def test_what_makes_no_sense_is_refused_and_changes_nothing(bench: Bench, deed: object, told: str) -> None:
    first = await bench.publish()
    before = await deeds(bench)
    with pytest.raises(MenusRefused, match=told):
        await deed(bench, first)  # type: ignore[operator]
    assert (await deeds(bench), [one for _, one, _ in await history(bench)]) == (before, [first])


async def test_a_version_that_was_never_given_to_citizens_cannot_be_gone_back_to(bench: Bench) -> None:
    await bench.publish()
    bench.change("home.yaml", "Bienvenue", "Bonjour")
    with pytest.raises(MenusRefused, match="jamais été en service"):
        await bench.versions.rollback("awa", await bench.stage())


async def test_of_two_who_publish_at_once_one_does_and_the_other_is_told_to_compare_again(bench: Bench) -> None:
    await bench.publish()
    bench.change("home.yaml", "Bienvenue", "Bonjour")
    one = await bench.stage()
    bench.change("home.yaml", "Bonjour", "Bonsoir")
    other = await bench.stage()
    done = await asyncio.gather(
        bench.versions.publish("awa", one, instead_of=1),
        bench.other().publish("bio", other, instead_of=1),
        return_exceptions=True,
    )
    refused = [each for each in done if isinstance(each, MenusRefused)]
    assert [str(each) for each in refused] == [
        "Une autre version a été mise en service entre-temps : comparez de nouveau."
    ]
    assert [number for number, _, _ in await history(bench)] == [2, 1]


async def test_the_same_version_published_by_ten_at_once_is_published_once(bench: Bench) -> None:
    version = await bench.stage()
    done = await asyncio.gather(*(bench.other().publish(f"op{n}", version) for n in range(10)), return_exceptions=True)
    assert sum(isinstance(each, MenusRefused) for each in done) == 9
    assert len(await history(bench)) == 1


@pytest.mark.parametrize("words", [["publish"], ["rollback"]])
async def test_a_deed_killed_in_its_midst_leaves_nothing_and_the_next_try_works(
    registry: Registry, tmp_path: Path, words: list[str]
) -> None:
    bench = Bench(registry, tmp_path / "bench")
    first = await bench.publish()
    bench.change("home.yaml", "Bienvenue", "Bonjour")
    second = await bench.publish()
    bench.change("home.yaml", "Bonjour", "Bonsoir")
    third = await bench.stage()
    before = await deeds(bench)
    await bench.versions.compiled.close()
    process = await _zin_killed_within(bench, *words)
    assert process < 0, "it was killed"
    assert [version for _, version, _ in await history(bench)] == [second, first]
    assert await deeds(bench) == before
    assert [one.version for one in await bench.versions.repository.staged()] == [third]
    await bench.versions.publish("awa", third)


async def _zin_killed_within(bench: Bench, *words: str) -> int:
    """Run a verb that is killed between what it does and the audit's entry, inside the transaction."""
    given = bench.settings
    env = os.environ | {
        "ZIN_DATA": str(given.data),
        "ZIN_DATABASE_URL": given.database_url.get_secret_value(),
        "ZIN_LOCALES": str(given.locales),
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", KILLED_WITHIN, "menus", *words, env=env, stderr=asyncio.subprocess.PIPE
    )
    _, complaint = await process.communicate()
    assert process.returncode is not None
    assert not complaint, complaint
    return process.returncode


async def test_a_version_that_nobody_published_is_forgotten_in_time_and_published_ones_never(bench: Bench) -> None:
    first = await bench.publish()
    bench.change("home.yaml", "Bienvenue", "Bonjour")
    old = await bench.stage()
    bench.clock.now += UNPUBLISHED_RETENTION_SECONDS + 1
    bench.change("home.yaml", "Bonjour", "Bonsoir")
    new = await bench.stage()
    assert [one.version for one in await bench.versions.repository.staged()] == [new]
    with pytest.raises(MenusRefused):
        await bench.versions.repository.files(old)
    assert await bench.versions.repository.files(first)


async def test_a_version_is_named_by_its_beginning_and_one_of_several_is_never_meant_by_chance(bench: Bench) -> None:
    shelf, version = bench.versions.repository, await bench.stage()
    assert await shelf.only_staged() == await shelf.resolve_name(version[:6]) == version
    bench.change("home.yaml", "Bienvenue", "Bonjour")
    newer = await bench.stage()
    assert await shelf.last_staged() == newer
    with pytest.raises(MenusRefused, match="Plusieurs"):
        await shelf.only_staged()
    for name in ("%", version[:2], "f" * 20):
        with pytest.raises(MenusRefused, match="pas une version"):
            await shelf.resolve_name(name)


# The files


def test_a_version_bears_the_name_of_what_is_in_it_whenever_it_was_written(tmp_path: Path) -> None:
    (tmp_path / "menus" / "exams").mkdir(parents=True)
    (tmp_path / "menus" / "home.yaml").write_text("a: b")
    (tmp_path / "menus" / "exams" / "bac.yaml").write_text("c: d")
    (tmp_path / "menus" / ".home.yaml.swp").write_text("an editor's")
    (tmp_path / "menus" / "home.yaml~").write_text("another's")
    files = read_folder(tmp_path / "menus")
    assert list(files) == ["exams/bac.yaml", "home.yaml"]
    again = unzip_files(zip_files(files))
    folder = extract_to(again, tmp_path / "out")
    assert read_folder(folder) == files == again
    (folder / "home.yaml").write_text("somebody wrote here")
    assert read_folder(extract_to(again, tmp_path / "out")) == files


@pytest.mark.parametrize(
    "name",
    ["../home.yaml", "/etc/home.yaml", "a/b/c/d.yaml", "x.py", ".hidden.yaml", "a\\b.yaml", "a//b.yaml", "x\n.yaml"],
)
def test_a_zip_that_holds_what_no_menu_folder_does_is_refused(name: str) -> None:
    with pytest.raises(MenusRefused, match="ce nom de fichier"):
        unzip_files(zip_files({name: b"a: b"}))


@pytest.mark.parametrize("damage", [b"", b"PK", b"no zip at all", zip_files({"home.yaml": b"a: b" * 99})[:90]])
def test_a_zip_that_is_damaged_is_refused(damage: bytes) -> None:
    with pytest.raises(MenusRefused, match="abîmée"):
        unzip_files(damage)


def test_a_folder_that_is_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "home.yaml").write_bytes(b"x" * 3_000_000)
    with pytest.raises(MenusRefused, match="trop grand"):
        read_folder(tmp_path)
    monkeypatch.setattr("authoring.versions.archive.MAX_FILES", 2)
    for name in ("home", "a", "b"):
        (tmp_path / f"{name}.yaml").write_text("a: b")
    with pytest.raises(MenusRefused, match="trop grands"):
        read_folder(tmp_path)
