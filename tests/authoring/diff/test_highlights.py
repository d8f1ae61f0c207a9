"""What citizens notice first of a version: one line for each screen, and recorded calls by their difference."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from authoring.diff.call_groups import group_calls
from authoring.diff.report import find_differences
from authoring.replay.regression import ReplayDifference, find_replay_differences
from tests.authoring.replay.test_regression import JOURNEYS, MENUS, NOWHERE, edited
from tests.support.browser import menus_copy
from tests.support.menu_versions import Bench

pytestmark = pytest.mark.slow


async def noticed(bench: Bench, *edits: tuple[str, str]) -> list[str]:
    """The lines for these edits of the first file, in place of the version without them."""
    before = await bench.stage()
    for old, new in edits:
        bench.change("home.yaml", old, new)
    compiled = bench.versions.compiled
    return list(find_differences(await compiled.get(before), await compiled.get(await bench.stage())).highlights)


async def test_added_choice_is_one_line(bench: Bench) -> None:
    added = "      - {label: Fruits, to: fruits}\n      - {label: Essai, to: unavailable}\n"
    assert await noticed(bench, ("      - {label: Fruits, to: fruits}\n", added)) == [
        "« Bienvenue » (home.welcome) : nouveau choix « 1 Essai », vers « Rien pour le moment » (home.unavailable) ; "
        "3 choix changent de numéro"
    ]


async def test_changed_removed_and_redirected_choices_are_one_line(bench: Bench) -> None:
    edits = (
        ("say: Bienvenue", "say: Bonjour"),
        ("label: Secret, to: secret", "label: Secret, to: unavailable"),
        ("      - {label: Longue liste, to: long}\n", ""),
        ("label: Fruits, to", "label: Vos fruits, to"),
        ("[{label: Accueil, to: welcome}]", "[{label: Secret, to: secret}, {label: Longue liste, to: long}]"),
    )
    welcome, other = await noticed(bench, *edits)
    assert set(welcome.partition(" : ")[2].split(" ; ")[:4]) == {
        "le texte change", "« Fruits » devient « Vos fruits »", "« Secret » mène ailleurs",
        "le choix « Longue liste » n'existe plus"}  # fmt: skip
    assert "(home.unavailable) : nouveau choix « 1 Secret », vers " in other


async def test_same_menus_have_no_line(bench: Bench) -> None:
    assert await noticed(bench) == []


def test_choice_on_the_first_screen_is_few_groups_of_calls(tmp_path: Path) -> None:
    menus = menus_copy(tmp_path)
    urgent = "      - {label: Urgences, to: emergency}\n"
    edited(menus, "home.yaml", urgent, urgent + "      - {label: Essai, to: not_offered}\n")
    calls = asyncio.run(find_replay_differences(JOURNEYS, MENUS, menus, NOWHERE))
    groups = group_calls(calls)
    assert len(calls) > 20
    assert sum(len(group.calls) for group in groups) == len(calls)
    assert len(groups[0].calls) > len(calls) / 2


def test_calls_with_the_same_difference_are_one_group() -> None:
    calls = [ReplayDifference(name, name, f"{name}\na\nb", f"{name}\na\nc") for name in ("un", "deux", "trois")]
    calls += [ReplayDifference("x", "x", "a", "d"), ReplayDifference("y", "y", problem="ne se joue pas"),
              ReplayDifference("z", "z", problem="non plus")]  # fmt: skip
    assert [[call.name for call in group.calls] for group in group_calls(calls)] == [
        ["un", "deux", "trois"], ["x"], ["y"], ["z"]]  # fmt: skip
