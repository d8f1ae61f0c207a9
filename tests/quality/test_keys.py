"""No key of our menus is wasted: what every screen offers, walked with the facts of every service."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pytest

from authoring.validation import validate
from channels import rooms
from settings import Settings
from state.menu.back_links import back_links
from state.menu.lint import advise
from state.menu.machine import destination
from state.menu.model import Screen, numbered_options
from state.rendering.size_check import MAX_PAGES
from state.text.languages import SOURCE
from state.text.page_format import paper
from state.text.pagination import paginate

EDITION = validate(Settings()).edition
MENU = EDITION.menu(SOURCE)
CASES = EDITION.questions["services.card"].cases
OF_A_SERVICE = ("services.card", "services.documents", "services.where")
ROOM = next(room for room in rooms(Settings()).values() if room.kind == "ussd")
LINE_WITH_NUMBER = re.compile(r"(?m)^\d+ .*$")


def words(screen: Screen, facts: Mapping[str, str]) -> str:
    gives = EDITION.questions["services.card"].gives
    return screen.says["ussd"].fill(lambda name: MENU.wording.format_fact(facts[name], gives[name].kind))


def shown() -> Iterator[tuple[Screen, Mapping[str, str]]]:
    """Every screen about a service that a citizen can come to, with its facts."""
    for facts in CASES:
        ahead, seen = ["services.card"], set[str]()
        while ahead:
            screen = MENU.shown(ahead.pop(), facts)
            yield screen, facts
            seen.add(screen.name)
            ways = {destination(MENU.machine, screen.name, option.trigger) for option in screen.options}
            ahead += [name for name in ways & set(OF_A_SERVICE) if name not in seen and name not in ahead]


SHOWN = list(shown())


def pages_of(screen: Screen, facts: Mapping[str, str]) -> tuple[str, ...]:
    options = numbered_options(screen.options, str)
    return paginate(words(screen, facts), options, screen.footer, paper(MENU.wording.language, ROOM))


def test_services_are_walked() -> None:
    assert len(CASES) > 50
    assert {screen.name for screen, _ in SHOWN} == set(OF_A_SERVICE)


def test_our_menus_need_no_advice() -> None:
    assert advise(EDITION.journeys, EDITION.questions) == []


@pytest.mark.parametrize("language", EDITION.menus)
def test_no_option_leads_where_back_leads(language: str) -> None:
    menu, links = EDITION.menu(language), back_links(EDITION.journeys)
    repeated = [
        (name, option.number)
        for name, screen in menu.screens.items()
        for option in screen.options
        if name not in {menu.first, *menu.surveys.values()} and not (option.keep or option.sends or option.notifies)
        if destination(menu.machine, name, option.trigger) == links.get(name)
    ]
    assert repeated == []


def test_no_option_of_a_card_opens_on_nothing() -> None:
    empty = [(screen.name, facts["name"]) for screen, facts in SHOWN if not words(screen, facts).strip(" :\n")]
    assert empty == []
    listed = [facts for screen, facts in SHOWN if screen.name == "services.documents"]
    assert [facts["name"] for facts in listed if not facts["documents"]] == []


def test_no_card_has_more_than_three_pages() -> None:
    long = [(screen.name, facts["name"]) for screen, facts in SHOWN if len(pages_of(screen, facts)) > MAX_PAGES]
    assert long == []


def test_no_line_of_a_card_begins_with_a_number_that_is_no_option() -> None:
    odd = []
    for screen, facts in SHOWN:
        options = {*numbered_options(screen.options, str), "0 Retour", "00 Accueil", "98 Suite"}
        for page in pages_of(screen, facts):
            odd += [(facts["name"], line) for line in LINE_WITH_NUMBER.findall(page) if line not in options]
    assert odd == []
