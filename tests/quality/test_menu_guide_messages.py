"""Messages of `zin check` that menus/README.md explains: each exists, and each lint rule has one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from state.menu.lint import ADVICE, RULES
from tests.support.menu_guide import FIRST, GUIDE, ROOT, STEPS, menus_after, problems_of

MISTAKES = re.findall(r"(?m)^\| `([^`]+)` \| ", GUIDE.partition("\n| `zin check` dit |")[2].partition("\n## ")[0])
EXAMPLES = [
    *(ROOT / "tests" / "data" / "broken").glob("*.yaml"),
    *(ROOT / "tests" / "data" / "broken_entries").glob("*/*.y*ml"),
]


def messages_of(example: Path) -> list[str]:
    """The messages for a broken example, which are in its first lines."""
    return re.findall(r"(?m)^# \d+:\d+: (.*)$", example.read_text(encoding="utf-8"))


def matches(row: str, message: str) -> bool:
    return re.match(".*".join(map(re.escape, row.split("…"))), message) is not None


@pytest.mark.parametrize("rule", [rule.__name__ for rule in (*RULES, *ADVICE)])
def test_guide_explains_the_lint_rule(rule: str) -> None:
    messages = messages_of(ROOT / "tests" / "data" / "broken" / f"{rule}.yaml")
    assert any(matches(row, one) for row in MISTAKES for one in messages), messages


MADE = [
    ("say: Que voulez-vous savoir ?", "say: Attention : fermé", "YAML illisible ici : un « : » de trop"),
    ("    say: Que", "\tsay: Que", "YAML illisible ici : une tabulation ou un signe réservé ; mettez des espaces"),
    ("    say: Que", "     say: Que", "YAML illisible ici : alignement ou guillemets à revoir à cette ligne"),
    ("    say: Que", "\u00a0\u00a0\u00a0\u00a0say: Que", "signe invisible (U+00A0, espace insécable) : effacez-le"),
    ("say: Que voulez-vous savoir ?", "say: “Que voulez-vous savoir ?”", "guillemets courbes (“, U+201C) : mettez"),
    ("label: Changer d'école", "label: Changer, partir", "clé inconnue « partir »"),
    ("say: Que voulez-vous savoir ?", "say: {level} ?", "YAML illisible ici"),
    ("  change:", "  Changer:", "« Changer » : il faut ici un nom en minuscules"),
    ("first: topics", "first: topic", "« first » : il n'y a pas d'écran « topic » (vouliez-vous dire « topics » ?)"),
    ("to: enrol}", "to: enrool}", "(vouliez-vous dire « enrol » ?)"),
]
EXAMPLE_MESSAGES = [message for example in EXAMPLES for message in messages_of(example)]
ALL_MESSAGES = [*(message for _, _, message in MADE), *EXAMPLE_MESSAGES]


@pytest.mark.parametrize("row", MISTAKES)
def test_documented_message_exists(row: str) -> None:
    assert any(matches(row, message) for message in ALL_MESSAGES)


@pytest.mark.parametrize(("right", "wrong", "message"), MADE)
def test_broken_rule_of_the_guide_is_reported(right: str, wrong: str, message: str, tmp_path: Path) -> None:
    menus = menus_after(tmp_path, STEPS[0])
    assert FIRST.count(right) == 1
    (menus / "rentree.yaml").write_text(FIRST.replace(right, wrong), encoding="utf-8")
    assert any(message in problem.what for problem in problems_of(menus))


def test_quoted_message_is_the_real_one(tmp_path: Path) -> None:
    menus = menus_after(tmp_path, STEPS[0])
    (menus / "rentree.yaml").write_text(FIRST.replace("to: enrol}", "to: enrool}"), encoding="utf-8")
    first = str(problems_of(menus)[0]).removeprefix(f"{tmp_path}/")
    assert first in GUIDE.splitlines()
