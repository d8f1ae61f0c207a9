"""The labels of a list are made once for its rows, whatever other rows its screen shows in between."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from state.conversation import lookups
from state.menu.model import Menu, Screen
from state.preferences import Preference
from tests.support.sandbox import our_house

THEMES = ("1*1", "1*2", "1*3")


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The labels that were made."""
    made, row_label = list[str](), lookups.row_label

    def counted(menu: Menu, screen: Screen, row: Mapping[str, str]) -> str:
        made.append(label := row_label(menu, screen, row))
        return label

    monkeypatch.setattr(lookups, "row_label", counted)
    return made


async def test_lists_of_one_screen_are_made_once(tmp_path: Path, made: list[str]) -> None:
    async with our_house(tmp_path / "data") as house:
        house.preferences.default = Preference("fr")
        shown = [(await house.phone().dial(theme)).text for theme in THEMES]
        assert len(set(shown)) == len(THEMES)
        first = list(made)
        assert first
        assert [(await house.phone().dial(theme)).text for theme in THEMES] == shown
        assert made == first


async def test_cached_lists_have_a_limit(tmp_path: Path, made: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookups, "MAX_LISTS", 2)
    async with our_house(tmp_path / "data") as house:
        house.preferences.default = Preference("fr")
        shown = [(await house.phone().dial(theme)).text for theme in THEMES]
        first = len(made)
        assert [(await house.phone().dial(theme)).text for theme in THEMES] == shown
        assert len(made) > first
