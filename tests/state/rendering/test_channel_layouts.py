"""An answer by SMS takes as few parts as leaving things out can make it take, and says all that it has to say."""

from __future__ import annotations

from functools import partial

import pytest

from state.rendering.channel_layouts import card, cheapest_sms_pages
from state.text.languages import FRENCH
from state.text.page_format import paper
from state.text.pagination import Footer, paginate
from state.text.sms_parts import split_sms
from tests.support.conversation import SMS

FOOTER = Footer("98 Suite", "0 Retour\n00 Accueil")
ASIDE = "Fongbe : tapez LANGUE"


@pytest.mark.parametrize(
    ("letters", "has", "parts"),
    [(20, (True, True), 1), (130, (False, True), 1), (150, (False, False), 1), (170, (True, True), 2)],
)
def test_optional_lines_that_cost_a_part_are_dropped(letters: int, has: tuple[bool, bool], parts: int) -> None:
    text = "a" * letters
    (page,) = cheapest_sms_pages(text, ASIDE, (), FOOTER, partial(paginate, paper=paper(FRENCH, SMS)))
    assert page.startswith(text)
    assert ("00 Accueil" in page, ASIDE in page) == has
    assert len(split_sms(page)) == parts


def test_button_with_another_apostrophe_is_still_a_button() -> None:
    page = "Lequel ?\n1 L'un\n2 L'autre"
    assert card(page, ("1 L’un", "2 L'autre"), "m") == ("Lequel ?", [("m.1", "L'un"), ("m.2", "L'autre")])


def test_options_are_never_dropped() -> None:
    options = tuple(f"{number} {'b' * 30}" for number in range(1, 8))
    (page,) = cheapest_sms_pages("Choisissez", "", options, FOOTER, partial(paginate, paper=paper(FRENCH, SMS)))
    assert all(option in page for option in options)
