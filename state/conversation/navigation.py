"""Moves a session from screen to screen.

Both USSD calls (state/conversation/ussd.py) and chats (state/conversation/chat.py) parse their inputs and then use this
module.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from typing import NamedTuple

from state.conversation.deferred_answers import OF_CALL
from state.conversation.effects import Dialogue
from state.conversation.hop import HopContext
from state.conversation.input import ParsedInput, parse_input
from state.conversation.language_choice import choose_language, leave_language_screen, return_from_language_screen
from state.conversation.lookups import LookupRunner, begin_screen
from state.conversation.message_requests import MessageRequest, request_message
from state.conversation.pages import turn_page
from state.conversation.survey import LEAVING, answer_survey, offer_survey
from state.interfaces import Recipient
from state.menu.active_versions import ActiveMenus
from state.menu.machine import fire
from state.menu.model import Menu
from state.menu.schema import CHOSEN
from state.rate_limit import TooManyGuesses
from state.session import Session


class Standing(NamedTuple):
    """The fields of a session that belong to its current screen."""

    screen: str
    page: int
    rows: list[tuple[str, str]]
    facts: dict[str, str]


class Navigator:
    """Moves sessions through the menus."""

    def __init__(self, menus: ActiveMenus, lookups: LookupRunner) -> None:
        self._menus, self._lookups = menus, lookups

    def enter_screen(self, menu: Menu, session: Session, hop: HopContext) -> Dialogue[None]:
        """Prepare the screen just entered. Raises TooManyGuesses, with the session on the first screen."""
        yield from self._run_lookups(menu, session, hop, Standing(menu.first, 0, [], {}))

    def refresh_facts(self, menu: Menu, session: Session, facts: Mapping[str, str]) -> Dialogue[bool]:
        """Check facts of an earlier hop before a private screen repeats them; returns True if they were replaced."""
        if not session.basis or session.facts is not facts or not menu.screens[session.screen].private:
            return False
        return (yield from self._lookups.refresh_facts(menu, session))

    def follow(self, menu: Menu, session: Session, parsed: ParsedInput, hop: HopContext) -> Dialogue[str]:
        """Apply a parsed input; returns the notice to show above the screen if it is refused, else "".

        Raises TooManyGuesses, with the session on the screen where it was.
        """
        if turn_page(session, parsed.trigger):
            return ""
        if parsed.sends and session.basis and (yield from self._lookups.refresh_facts(menu, session)):
            return ""
        if parsed.sends or parsed.notifies:
            refused = yield from request_message(menu, session, parsed, message_request(hop, session, parsed))
            if refused:
                return refused
        hop.walk.add_screen(session.screen)
        if CHOSEN in parsed.values:
            menu = self._choose_language(session, parsed, hop)
        before = Standing(session.screen, session.page, session.rows, session.facts)
        apply_choice(menu, session, parsed)
        yield from self._run_lookups(menu, session, hop, before)
        if parsed.trigger in LEAVING:
            yield from offer_survey(menu, session, before.screen, before.facts, hop)
        return ""

    def answer_survey(self, menu: Menu, session: Session, typed: str, hop: HopContext) -> Dialogue[bool]:
        """Take what was typed at the question after an answer; returns False if the input still has to be processed."""
        meant = answer_survey(menu, session, typed, hop.walk)
        if meant == "chosen":
            yield from self.enter_screen(menu, session, hop)
        return meant != "other"

    def change_language(self, session: Session, language: str, hop: HopContext) -> Dialogue[Menu]:
        """Go on in a language that the citizen named, if Zin offers it; returns the menu of the session."""
        edition = self._menus.get(session.menu) or self._menus.current
        choose_language(edition, session, language, hop)
        menu = edition.menu(session.language.chosen)
        leave_language_screen(menu, session)
        yield from self.enter_screen(menu, session, hop)
        return menu

    def _run_lookups(self, menu: Menu, session: Session, hop: HopContext, before: Standing) -> Dialogue[None]:
        """Run the look-ups of the screen just entered; on TooManyGuesses, restore the screen before."""
        if not begin_screen(menu, session):
            try:
                yield from self._lookups.run(menu, session, hop.asker, hop.walk)
            except TooManyGuesses:
                session.screen, session.page, session.rows, session.facts = before
                raise
        if session.screen in menu.goals:
            hop.walk.mark_completed(session.screen)

    def _choose_language(self, session: Session, parsed: ParsedInput, hop: HopContext) -> Menu:
        """Set the chosen language; returns the menu in it."""
        edition = self._menus.get(session.menu) or self._menus.current
        choose_language(edition, session, parsed.values[CHOSEN], hop)
        return edition.menu(session.language.chosen)


def message_request(hop: HopContext, session: Session, parsed: ParsedInput) -> MessageRequest:
    """Return the requester of a message, with a key that is the same each time this input is processed.

    In a call, the key also has what is asked for: a gateway may give the id of a call again.
    """
    inbound, asked = hop.inbound, ""
    if not inbound.message:
        asked = repr((parsed.sends, parsed.notifies, session.given_answers()))
    fields = (inbound.channel, hop.citizen, inbound.session, inbound.message, str(hop.place), asked)
    key = blake2b("\0".join(fields).encode(), digest_size=16).hexdigest()
    return MessageRequest(key if inbound.message else f"{OF_CALL}{key}", requester_address(hop), hop.asker)


def requester_address(hop: HopContext) -> Recipient:
    """Return the address for messages to the citizen."""
    return hop.inbound.reply_to or Recipient("sms", hop.inbound.citizen)


def interpret(menu: Menu, session: Session, typed: str) -> ParsedInput | None:
    """Parse an input on the session's screen; None if it means nothing there."""
    parsed = parse_input(menu.shown(session.screen, session.facts), typed, session.rows)
    return None if parsed is None or (parsed.trigger == "more" and session.pages == 1) else parsed


def apply_choice(menu: Menu, session: Session, parsed: ParsedInput) -> None:
    """Store the answer and move to the screen that it leads to."""
    session.answers |= parsed.values
    session.shown |= parsed.shown
    if not return_from_language_screen(menu, session, parsed):
        fire(menu.machine, session, parsed.trigger)
