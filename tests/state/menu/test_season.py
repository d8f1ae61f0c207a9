"""What is in season stands on the first screen, first, and no other number changes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from authoring.replay.fakes import FakeClock
from authoring.validation import validate
from settings import Settings
from state.menu.active_versions import ActiveMenus
from state.menu.model import Screen
from state.menu.versions import NO_SEASON, MenuVersion
from state.preferences import Preference
from tests.support.sandbox import our_house
from tests.support.typing_citizens import CALLS, Citizen

BAC = {"season": "BAC 2026", "season_id": "bac-2026"}
CEP = {"season": "CEP 2026", "season_id": "cep-2026"}


@pytest.fixture(scope="module")
def ours() -> MenuVersion:
    return validate(Settings()).edition


def first_screen(edition: MenuVersion, language: str = "fr") -> Screen:
    menu = edition.menu(language)
    return menu.shown(menu.first, {})


def test_season_stands_above_the_options_of_every_day(ours: MenuVersion) -> None:
    everyday, season = first_screen(ours).lines, first_screen(ours.in_season(BAC)).lines
    assert everyday
    assert season == ("8 Résultats BAC 2026", *everyday)


def test_seasons_follow_one_another_and_end(ours: MenuVersion) -> None:
    menus = ActiveMenus(ours, 100, FakeClock())
    everyday = first_screen(menus.current).lines
    seen = []
    for facts in (BAC, CEP, NO_SEASON):
        menus.set_season(facts)
        lines = first_screen(menus.current).lines
        seen.append(lines[0] if lines and lines != everyday else "")
    assert seen == ["8 Résultats BAC 2026", "8 Résultats CEP 2026", ""]


def test_replaced_and_new_versions_show_the_season(ours: MenuVersion) -> None:
    menus = ActiveMenus(ours, 100, FakeClock())
    menus.set_season(BAC)
    menus.activate(replace(ours, version="new"))
    menus.set_season(CEP)
    older = menus.get(ours.version)
    assert older
    for edition in (menus.current, older):
        lines = first_screen(edition).lines
        assert lines
        assert lines[0] == "8 Résultats CEP 2026"


@pytest.mark.parametrize("channel", [*CALLS, "sms"])
async def test_result_in_season_takes_two_inputs(channel: str, tmp_path: Path) -> None:
    async with our_house(tmp_path / "data") as house:
        house.preferences.default = Preference("fr")
        house.conversation.menus.set_season(BAC)
        citizen = Citizen(house, channel)
        home = await citizen.say("" if channel in CALLS else "bonjour")
        assert "8 Résultats BAC 2026\n1 " in home.text
        assert (home.page, home.pages) == (1, 1)
        assert (await citizen.say("8")).text.startswith("BAC 2026 : tapez le numéro de table")
        assert "BAC 2026, table 12345 :" in (await citizen.say("12345")).text
