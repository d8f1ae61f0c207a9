"""Versions of the menus: staged, published, taken back, by several at once, and whatever is killed meanwhile."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from authoring.versions.errors import MenusRefused
from authoring.versions.publishing import FIRST, START
from authoring.versions.queries import UNPUBLISHED
from database.retention import DAY, remove_past
from runtime.active_menus import open_menu_publishing
from state.errors import InvalidMenu
from tests.support.menu_versions import Bench, audited_actions, history

pytestmark = pytest.mark.slow


async def test_version_is_staged_published_rolled_back_and_audited(bench: Bench) -> None:
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
    assert await audited_actions(bench) == [
        (START, "menus publish", first),
        ("awa", "menus stage", second),
        ("bio", "menus publish", second),
        ("awa", "menus rollback", first),
    ]


async def test_two_rollbacks_return_to_the_newer_version(bench: Bench) -> None:
    first = await bench.publish()
    bench.change("home.yaml", "Bienvenue", "Bonjour")
    second = await bench.publish()
    assert (await bench.versions.rollback("awa")).version == first
    assert (await bench.versions.rollback("awa")).version == second


async def test_served_folder_becomes_the_first_publication_once(bench: Bench) -> None:
    await asyncio.gather(*(bench.other().ensure_first_publication(bench.folder) for _ in range(4)))
    assert [(number, by) for number, _, by in await history(bench)] == [(1, START)]
    assert (await bench.versions.repository.history())[0].why == FIRST


async def test_production_reads_the_published_version_demo_the_folder(bench: Bench) -> None:
    """In production the folder is only where the next version is prepared; a demonstration is on what is saved."""
    await bench.versions.ensure_first_publication(bench.folder)
    bench.change("home.yaml", "Bienvenue", "Bonjour")
    for env, says in (("production", "Bienvenue"), ("demo", "Bonjour")):
        served = await bench.versions.active_settings(bench.settings.model_copy(update={"env": env}))
        assert says in (served.menus / "home.yaml").read_text(encoding="utf-8")


async def test_broken_folder_is_refused_and_not_staged(bench: Bench) -> None:
    bench.change("home.yaml", "to: bye}", "to: bey}")
    (bench.folder / "communes.csv").write_text("commune\n", encoding="utf-8")
    with pytest.raises(InvalidMenu) as broken:
        await bench.stage()
    problems = [str(problem) for problem in broken.value.problems]
    assert any(line.startswith(f"{bench.folder}/home.yaml:10:32: écran welcome") for line in problems)
    assert any(line.startswith(f"{bench.folder}/communes.csv:1:1:") for line in problems)
    assert await bench.versions.repository.staged() == ()
    assert await audited_actions(bench) == []


async def test_missing_menu_folder_is_refused(bench: Bench, tmp_path: Path) -> None:
    with pytest.raises(MenusRefused, match=r"il n'y a pas de fichier \.yaml"):
        await bench.versions.stage("awa", tmp_path / "nowhere")


async def test_version_broken_since_staging_is_not_published(bench: Bench) -> None:
    """A program that came since may check more: the check is made again with the questions of the moment."""
    version = await bench.stage()
    strict = open_menu_publishing(bench.settings, bench.database, {}, bench.clock)
    with pytest.raises(InvalidMenu, match=r"fruits\.yaml:"):
        await strict.publish("awa", version)
    assert await history(bench) == []


@pytest.mark.parametrize(
    ("action", "reason"),
    [
        (lambda bench, first: bench.versions.publish("awa", "0" * 20), "Il n'y a pas de version"),
        (lambda bench, first: bench.versions.publish("awa", first), "déjà en service"),
        (lambda bench, first: bench.versions.rollback("awa", first), "déjà en service"),
        (lambda bench, first: bench.versions.rollback("awa"), "pas de version d'avant"),
        (lambda bench, first: bench.versions.stage("awa", bench.folder), "Rien à préparer"),
        (lambda bench, first: bench.versions.publish("awa", first, why="x" * 161), "161 signes"),
    ],
)
async def test_invalid_action_is_refused_and_changes_nothing(bench: Bench, action: object, reason: str) -> None:
    first = await bench.publish()
    before = await audited_actions(bench)
    with pytest.raises(MenusRefused, match=reason):
        await action(bench, first)  # type: ignore[operator]
    assert (await audited_actions(bench), [one for _, one, _ in await history(bench)]) == (before, [first])


async def test_rollback_to_an_unpublished_version_is_refused(bench: Bench) -> None:
    await bench.publish()
    bench.change("home.yaml", "Bienvenue", "Bonjour")
    with pytest.raises(MenusRefused, match="jamais été en service"):
        await bench.versions.rollback("awa", await bench.stage())


async def test_of_two_simultaneous_publications_one_is_refused(bench: Bench) -> None:
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


async def test_same_version_published_by_ten_appears_once(bench: Bench) -> None:
    version = await bench.stage()
    done = await asyncio.gather(*(bench.other().publish(f"op{n}", version) for n in range(10)), return_exceptions=True)
    assert sum(isinstance(each, MenusRefused) for each in done) == 9
    assert len(await history(bench)) == 1


async def test_unpublished_versions_are_deleted_published_ones_never(bench: Bench) -> None:
    first = await bench.publish()
    bench.change("home.yaml", "Bienvenue", "Bonjour")
    old = await bench.stage()
    bench.clock.now += UNPUBLISHED.days * DAY + 1
    bench.change("home.yaml", "Bonjour", "Bonsoir")
    new = await bench.stage()
    await remove_past(bench.versions.repository.database, UNPUBLISHED, bench.clock.now)
    assert [one.version for one in await bench.versions.repository.staged()] == [new]
    with pytest.raises(MenusRefused, match="Il n'y a pas de version"):
        await bench.versions.repository.files(old)
    assert await bench.versions.repository.files(first)


async def test_version_name_prefix_is_resolved_if_unique(bench: Bench) -> None:
    repository, version = bench.versions.repository, await bench.stage()
    assert await repository.only_staged() == await repository.resolve_name(version[:6]) == version
    bench.change("home.yaml", "Bienvenue", "Bonjour")
    newer = await bench.stage()
    assert await repository.last_staged() == newer
    with pytest.raises(MenusRefused, match="Plusieurs"):
        await repository.only_staged()
    for name in ("%", version[:2], "f" * 20):
        with pytest.raises(MenusRefused, match="pas une version"):
            await repository.resolve_name(name)


# The files
