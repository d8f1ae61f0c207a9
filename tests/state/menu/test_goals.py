"""Goals: the screens where a citizen has what a journey is for."""

from __future__ import annotations

from pathlib import Path

import pytest

from state.menu.versions import MenuVersion
from state.text.languages import SOURCE
from tests.support.conversation import SMALL, Market, edition

SCREENS = {
    "keys": "say: Tapez 0.\n    choices: []",
    "numbers": "say: Police 117\n    choices: [{label: Fruits, to: fruits}]",
    "topics": "say: Aide\n    choices: [{label: Touches, to: keys}, {label: Numéros, to: numbers}]",
    "price": "look_up: {from: fruits.price, found: shown, unknown: none, late: none, unavailable: none}",
    "many": 'say: Combien ?\n    ask: {keep: many, like: "[0-9]{1,3}", hint: Un nombre., to: price}',
    "shown": "say: Le prix\n    choices: [{label: Où, to: where}, {label: Autre, to: many}, {label: Aide, to: topics}]",
    "where": "say: Au marché\n    choices: [{label: Quand, to: when}]",
    "when": "say: Le matin\n    choices: [{label: Autre, to: many}]",
    "none": "say: Rien\n    choices: []",
}


@pytest.fixture
def wide(tmp_path: Path) -> MenuVersion:
    for file in SMALL.iterdir():
        (tmp_path / file.name).write_text(file.read_text())
    screens = "".join(f"  {name}:\n    {text}\n" for name, text in SCREENS.items())
    (tmp_path / "wide.yaml").write_text(f'title: Large\nshortcut: "8"\nfirst: many\nscreens:\n{screens}')
    return edition(tmp_path, Market.questions)


def test_goals_are_answers_and_what_follows_them(wide: MenuVersion) -> None:
    reached = {name.partition(".")[2] for name in wide.menu(SOURCE).goals if name.startswith("wide.")}
    assert reached == {"keys", "numbers", "shown", "where", "when", "topics"}


def test_welcome_and_failures_are_no_goals() -> None:
    reached = edition(SMALL, Market.questions).menu(SOURCE).goals
    assert {"fruits.shown", "secret.shown", "home.bye"} <= reached
    assert reached.isdisjoint({"home.welcome", "home.unavailable", "fruits.none", "fruits.down", "language.only_one"})
