"""A journey that has nothing to look up in: no option leads there, and who asks for it all the same reads so."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from authoring.replay.fakes import FakeClock
from authoring.validation import validate
from settings import Settings
from state.menu.active_versions import ActiveMenus
from state.menu.closed_journeys import empty_journeys
from state.menu.machine import destination
from state.menu.model import Menu
from state.menu.versions import MenuVersion
from state.preferences import Preference
from tests.support.sandbox import our_house
from tests.support.typing_citizens import CALLS, MESSAGES, Citizen

CAREERS, REQUESTS, RESULTS = "careers.file", "requests.status", "exams.result"
JOURNEY = {CAREERS: "careers", REQUESTS: "requests", RESULTS: "exams"}
NUMBER = {CAREERS: "5", REQUESTS: "2", RESULTS: "3"}
ASKED = {CAREERS: "PENSION 100001 03021961", REQUESTS: "SUIVI EX-000001 0001", RESULTS: "BAC 12345"}
BAC = {"season": "BAC 2026", "season_id": "bac-2026"}
NOT_OPEN = "Ce service n'est pas encore ouvert ici"


@pytest.fixture(scope="module")
def ours() -> MenuVersion:
    return validate(Settings()).edition


def first_lines(edition: MenuVersion) -> tuple[str, ...]:
    menu = edition.menu("fr")
    lines = menu.shown(menu.first, {}).lines
    assert lines
    return lines


def journeys_offered(menu: Menu) -> set[str]:
    """The journeys to which an option that is shown leads from another journey."""
    ways = (
        (name, destination(menu.machine, name, option.trigger))
        for name, screen in menu.screens.items()
        for option in screen.options
        if option.label
    )
    return {to.partition(".")[0] for name, to in ways if to.partition(".")[0] != name.partition(".")[0]}


@pytest.mark.parametrize("question", JOURNEY)
def test_no_option_leads_to_a_journey_without_data(ours: MenuVersion, question: str) -> None:
    menu = ours.menu("fr")
    assert empty_journeys(menu, {question}) == {JOURNEY[question]}
    assert JOURNEY[question] in journeys_offered(menu)
    for code in ours.menus:
        assert JOURNEY[question] not in journeys_offered(ours.without(frozenset({question})).menu(code)), code


@pytest.mark.parametrize("question", JOURNEY)
def test_other_numbers_of_the_first_screen_stay(ours: MenuVersion, question: str) -> None:
    closed = first_lines(ours.without(frozenset({question})))
    assert closed == tuple(line for line in first_lines(ours) if not line.startswith(f"{NUMBER[question]} "))
    assert len(closed) == len(first_lines(ours)) - 1


def test_journeys_open_again_when_data_has_come(ours: MenuVersion) -> None:
    menus = ActiveMenus(ours, 100, FakeClock())
    menus.close(frozenset({CAREERS, REQUESTS}))
    menus.close(frozenset({CAREERS}))
    assert "2 Suivre une demande" in first_lines(menus.current)
    menus.close(frozenset())
    assert menus.current.menus == ours.menus


@pytest.mark.parametrize("is_season_first", [True, False])
def test_season_and_closed_journeys_hold_together(ours: MenuVersion, is_season_first: bool) -> None:
    menus = ActiveMenus(ours, 100, FakeClock())
    if is_season_first:
        menus.set_season(BAC)
    menus.close(frozenset({CAREERS}))
    menus.set_season(BAC)
    lines = first_lines(menus.current)
    assert lines[0] == "8 Résultats BAC 2026"
    assert not any("Carrière" in line for line in lines)


def test_every_version_and_translation_closes_them(ours: MenuVersion) -> None:
    menus = ActiveMenus(ours, 100, FakeClock())
    menus.close(frozenset({CAREERS}))
    menus.activate(replace(ours, version="new"))
    menus.activate(replace(ours, version="newer", wordings=dict(ours.wordings)))
    for version in (ours.version, "new", "newer"):
        edition = menus.get(version)
        assert edition
        assert not any("Carrière" in line for line in first_lines(edition)), version


@pytest.mark.parametrize("question", JOURNEY)
@pytest.mark.parametrize("channel", [*CALLS, *MESSAGES])
async def test_citizen_learns_that_a_journey_is_not_open(tmp_path: Path, channel: str, question: str) -> None:
    async with our_house(tmp_path / "data") as house:
        house.preferences.default = Preference("fr")
        house.conversation.menus.close(frozenset({question}))
        citizen = Citizen(house, channel)
        home = await citizen.say("" if channel in CALLS else "bonjour")
        assert f"\n{NUMBER[question]} " not in home.text
        if channel in CALLS:
            answer = await citizen.say(NUMBER[question])
            assert answer.text.startswith(NOT_OPEN)
            assert not answer.ends_session
        else:
            assert (await citizen.say(ASKED[question])).text.startswith(NOT_OPEN)
        assert "Services publics du Bénin" in (await citizen.say("00")).text


async def test_open_session_leaves_a_journey_that_closes(tmp_path: Path) -> None:
    async with our_house(tmp_path / "data") as house:
        house.preferences.default = Preference("fr")
        citizen = Citizen(house, "ussd")
        for typed in ("", "5", "100001"):
            asked = await citizen.say(typed)
        assert "date de naissance" in asked.text
        house.conversation.menus.close(frozenset({CAREERS}))
        assert (await citizen.say("03021961")).text.startswith(NOT_OPEN)
