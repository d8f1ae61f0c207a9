"""Every mistake that an operator can make is found, with its place and the likely fix, and all of them in one run.

tests/data/broken holds an example of each, named after its rule; the comments at its top are the expected messages.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from state.errors import Problem
from state.menu.journey_files import read_journeys
from state.menu.lint import ADVICE, RULES, advise, lint
from tests.support.conversation import Market

BROKEN = Path(__file__).parents[2] / "data" / "broken"
EXAMPLES = sorted(BROKEN.glob("*.yaml"))


def problems(folder: Path) -> list[Problem]:
    return lint(read_journeys(folder), Market.questions)


def beside_others(example: Path, folder: Path) -> Path:
    """A menu folder with this example among sound journeys."""
    shutil.copytree(BROKEN / "base", folder, dirs_exist_ok=True)
    shutil.copy(example, folder / "example.yaml")
    return folder


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_each_broken_example_is_reported_with_its_place(example: Path, tmp_path: Path) -> None:
    expected = re.findall(r"(?m)^# (\d.*)$", example.read_text(encoding="utf-8"))
    journeys = read_journeys(beside_others(example, tmp_path))
    reported = lint(journeys, Market.questions) or advise(journeys, Market.questions)
    found = [str(one).replace(f"{tmp_path}/example.yaml:", "") for one in reported]
    assert sorted(found) == sorted(expected)


def test_every_rule_has_a_broken_example() -> None:
    assert {rule.__name__ for rule in (*RULES, *ADVICE)} <= {path.stem for path in EXAMPLES}


def test_base_of_the_examples_is_valid(tmp_path: Path) -> None:
    sound = tmp_path / "sound.yaml"
    sound.write_text("title: Exemple\nfirst: one\nscreens:\n  one: {say: Un}\n", encoding="utf-8")
    assert problems(beside_others(sound, tmp_path / "menu")) == []


def test_problems_of_all_files_are_reported_together(tmp_path: Path) -> None:
    shutil.copytree(BROKEN / "base", tmp_path, dirs_exist_ok=True)
    expected = 0
    for example in EXAMPLES:
        shutil.copy(example, tmp_path)
        if example.stem != "refuge_missing" and example.stem not in {rule.__name__ for rule in ADVICE}:
            expected += len(re.findall(r"(?m)^# \d", example.read_text(encoding="utf-8")))
    found = problems(tmp_path)
    for example in EXAMPLES:
        if example.stem in {rule.__name__ for rule in ADVICE}:
            continue
        assert any(one.file.endswith(f"/{example.name}") for one in found), example.stem
    assert len(found) >= expected


UNREADABLE = [
    (b"", "1:1: fichier vide"),
    (b"title: \xff\n", "1:1: enregistrez ce fichier en UTF-8"),
    (b"title: a\n\tfirst: b\n", "une tabulation"),
    (b"title: 'a\nfirst: b\n", "un guillemet n'est pas referm"),
    (b"- a\n- b\n", "1:1: ici il faut des cl"),
    (b"title: &a [b]\nfirst: *a\n", "les alias (*nom) ne servent pas ici"),
    (b"? [a]\n: b\n", "doit"),
    (b"a: [", "YAML illisible"),
    (b"x" * 1_000_001, "fichier trop gros"),
]


@pytest.mark.parametrize(("raw", "message"), UNREADABLE)
def test_unreadable_file_is_reported_in_one_line(raw: bytes, message: str, tmp_path: Path) -> None:
    shutil.copytree(BROKEN / "base", tmp_path, dirs_exist_ok=True)
    (tmp_path / "example.yaml").write_bytes(raw)
    found = [str(one) for one in problems(tmp_path) if "example.yaml" in one.file]
    assert any(message in line for line in found), found
    assert all("\n" not in line for line in found)


def test_missing_files_are_reported(tmp_path: Path) -> None:
    assert [str(one) for one in problems(tmp_path)] == [
        f"{tmp_path}/home.yaml:1:1: ce fichier manque",
        f"{tmp_path}/language.yaml:1:1: ce fichier manque",
        f"{tmp_path}/phrases.yaml:1:1: ce fichier manque",
    ]


def test_yaml_scalars_stay_text(tmp_path: Path) -> None:
    shutil.copytree(BROKEN / "base", tmp_path, dirs_exist_ok=True)
    (tmp_path / "example.yaml").write_text(
        "title: no\nfirst: one\nscreens:\n  one:\n    say: 010\n    choices: [{label: +22901, to: two}]\n"
        "  two: {say: 12:30:00}\n"
    )
    screens = read_journeys(tmp_path).screens
    assert screens["example.one"].say == "010"  # type: ignore[union-attr]
    assert screens["example.one"].choices[0].label == "+22901"  # type: ignore[union-attr]
    assert screens["example.two"].say == "12:30:00"  # type: ignore[union-attr]
    assert read_journeys(tmp_path).files["example"].title == "no"


def test_unreachable_journey_is_reported_once(tmp_path: Path) -> None:
    shutil.copytree(BROKEN / "base", tmp_path, dirs_exist_ok=True)
    for name in ("example", "lost"):
        written = (
            "title: Titre\nfirst: one\nscreens:\n  one: {say: Un, choices: [{label: Deux, to: two}]}\n  two: {say: D}\n"
        )
        (tmp_path / f"{name}.yaml").write_text(written, encoding="utf-8")
    message = "lost.yaml:1:8: rien ne mène à ce parcours ; ajoutez un choix à home.yaml"
    assert [str(one).removeprefix(f"{tmp_path}/") for one in problems(tmp_path)] == [message]


def test_broken_screen_causes_no_further_problems(tmp_path: Path) -> None:
    """Its answers stay known: one mistake is one problem, wherever the answers are used."""
    shutil.copytree(BROKEN / "base", tmp_path, dirs_exist_ok=True)
    (tmp_path / "example.yaml").write_text(
        "title: Exemple\nfirst: which\nscreens:\n"
        "  which: {say: A, list: {form: fruits.all, label: '{name}', keep: fruit, to: choose, empty: end}}\n"
        "  choose: {say: B, choices: [{label: Un, keep: {many: '1'}, too: search}]}\n"
        "  search: {look_up: {from: fruits.price, found: end, unknown: end, late: end, unavailable: end}}\n"
        "  end: {say: '{fruit} {many} {cost}'}\n",
        encoding="utf-8",
    )
    assert {one.line for one in problems(tmp_path)} == {4, 5}
