"""The question after an answer, whether it helped: a screen of three choices that a journey names (`survey:`).

A citizen who leaves such a journey for another one by Back or Home, from a goal, sees the question in place of where
that leads; the session is there already. A choice is counted and leads where the menus say. Any other key or number
shows where the citizen went, and other words mean there what they always do. So the question costs one hop and no
message, once a month at most (state/rate_limit.py). It is asked neither by SMS, where each hop is paid, nor of who
dialled the inputs behind it already.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from state.conversation.effects import Dialogue, MayAskOpinion
from state.conversation.hop import HopContext
from state.conversation.input import find_option_by_name, option_names, typed_number
from state.conversation.pages import turn_page
from state.conversation.trace import HopTrace
from state.menu.machine import fire
from state.menu.model import KEYS, Menu, Option, Screen
from state.session import SUBJECT, Session
from state.text.languages import SOURCE
from state.text.search import plain

CHOICES: Final = 3
LEAVING: Final = ("back", "home")  # the triggers by which a citizen leaves an answer


def offer_survey(menu: Menu, session: Session, left: str, facts: Mapping[str, str], hop: HopContext) -> Dialogue[None]:
    """Ask whether an answer with these facts helped, if its screen was left for another journey."""
    journey = _journey(left)
    asks = menu.surveys.get(journey, "")
    if not asks or left not in menu.goals or journey == _journey(session.screen):
        return
    if hop.in_series or hop.room.kind == "sms" or len(menu.screens[asks].options) < CHOICES:
        return
    if (yield MayAskOpinion(hop.asker)):
        session.survey = asks, journey, facts.get(SUBJECT, "")


def answer_survey(
    menu: Menu, session: Session, typed: str, walk: HopTrace
) -> Literal["chosen", "other", "passed over"]:
    """Take what was typed at the question, and say what it meant; after a choice the session is where that leads.

    An input that is no choice is passed over if it can only be a slip or Back; any other is one for the next screen.
    """
    (asks, journey, subject), session.survey = session.survey, ()
    screen = menu.screens.get(asks)
    if screen is None:  # the menu has changed
        return "other"
    if turn_page(session, KEYS.get(typed, "")):
        session.survey = asks, journey, subject
        return "passed over"
    session.page = 0
    chosen = _chosen(screen, typed)
    if chosen is None:
        is_slip = not typed or KEYS.get(typed) == "back" or typed_number(typed) > 0
        return "passed over" if is_slip else "other"
    walk.record_opinion(chosen.number, session.language.chosen or SOURCE, journey, subject)
    walk.add_screen(session.screen)
    session.screen = screen.name
    fire(menu.machine, session, chosen.trigger)
    return "chosen"


def _chosen(screen: Screen, typed: str) -> Option | None:
    """Return the choice with this number or name."""
    named = find_option_by_name(option_names(screen, [], str), plain(typed))
    number = int(named) if named else typed_number(typed)
    return next((option for option in screen.options if option.number == number), None)


def _journey(screen: str) -> str:
    return screen.partition(".")[0]
