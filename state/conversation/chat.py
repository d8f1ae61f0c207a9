"""Dialogue by messages (SMS or bot): citizens have a day to answer and may write anything.

A message is matched in this order: STOP, AIDE or LANGUE; a keyword that opens a journey, on any screen; a button, the
number of an option or its name; an answer to the screen's question. Any other text is searched, and the matches are
offered as suggestions. « Not understood » is not sent twice in a row. A private screen is not repeated unless the
citizen asked for it.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Final

import structlog

from state.conversation.effects import Dialogue, OptOut
from state.conversation.hop import HopContext
from state.conversation.input import ParsedInput
from state.conversation.language_choice import open_language_screen, start_in_language
from state.conversation.message_input import ParsedMessage, interpret_message, parse_message
from state.conversation.navigation import Navigator, apply_choice, interpret, message_request
from state.conversation.remaining_text import RemainingText, match_next
from state.conversation.session_lifecycle import SessionLifecycle
from state.conversation.suggestions import find_suggestion, is_confident, open_suggestion, suggest
from state.errors import SourceUnavailable
from state.menu.keywords import KeywordMatch
from state.menu.model import Menu
from state.menu.versions import MenuVersion
from state.rate_limit import TooManyGuesses
from state.rendering.render import close, input_error_notice, refuse, render
from state.session import Session
from state.text.search import Typed, says_little

MAX_SCREENS_PER_MESSAGE: Final = 8  # screens that one message may pass
log = structlog.get_logger()


class ChatDialogue:
    """Processes messages; one object serves all chats."""

    def __init__(self, sessions: SessionLifecycle, navigator: Navigator) -> None:
        self._sessions, self._navigator = sessions, navigator

    def process(self, session: Session, hop: HopContext) -> Dialogue[None]:
        """Process one message and render the screen that it leads to."""
        edition = self._sessions.edition(session)
        message, again, facts = parse_message(edition, session, hop), session.chat.last_not_understood, session.facts
        session.chat.last_not_understood, session.chat.mark = (
            False,
            blake2b(hop.inbound.message.encode(), digest_size=3).hexdigest(),
        )
        if session.hop == 0:
            yield from self._start_session(edition, session, message, hop)
        menu, notice = self._sessions.menu_for(session)
        if message.word == "stop":
            yield from self._opt_out(menu, session, hop)
            return
        try:
            notice = notice or (yield from self._dispatch(menu, session, message, hop, again))
        except TooManyGuesses as refused:
            refuse(self._sessions.menu_for(session)[0], session, refused, hop.room)
            return
        menu, _ = self._sessions.menu_for(session)  # the message may have changed the language
        if (yield from self._navigator.refresh_facts(menu, session, facts)):
            notice = ""
        render(menu, session, hop.room, notice)

    def _start_session(
        self, edition: MenuVersion, session: Session, message: ParsedMessage, hop: HopContext
    ) -> Dialogue[None]:
        """Start a session in the stored language; without one, on the language screen if the text means nothing."""
        means = message.opens or bool((yield from suggest(edition, "", message.typed)))
        yield from start_in_language(edition, session, hop, silent=not means)

    def _opt_out(self, menu: Menu, session: Session, hop: HopContext) -> Dialogue[None]:
        try:
            yield OptOut(message_request(hop).to)
            close(menu, session, menu.phrases.stopped, hop.room)
        except SourceUnavailable as down:
            log.warning("stop not kept", why=str(down))
            close(menu, session, menu.phrases.sorry, hop.room)

    def _dispatch(
        self, menu: Menu, session: Session, message: ParsedMessage, hop: HopContext, again: bool
    ) -> Dialogue[str]:
        """Do what the message means; returns the notice to show above the screen."""
        if message.word == "langue":
            yield from self._show_language_screen(menu, session, hop)
            return ""
        if message.word or message.opening:
            opening = message.opening or KeywordMatch(self._sessions.edition(session).help, {}, "")
            return (yield from self._open_journey(menu, session, opening, hop))
        if session.hop == 0:
            if session.language.awaiting_first or not (yield from self._suggest(menu, session, message.typed, hop)):
                yield from self._navigator.enter_screen(menu, session, hop)
            return ""
        return (yield from self._continue_journey(menu, session, message, hop, again))

    def _show_language_screen(self, menu: Menu, session: Session, hop: HopContext) -> Dialogue[None]:
        session.chat.suggested = []
        private = menu.screens[session.screen].private
        if open_language_screen(menu, session):
            session.language.return_screen = menu.first if private else session.language.return_screen
            yield from self._navigator.enter_screen(menu, session, hop)

    def _open_journey(self, menu: Menu, session: Session, opening: KeywordMatch, hop: HopContext) -> Dialogue[str]:
        open_suggestion(session, (opening.screen, ""))
        yield from self._navigator.enter_screen(menu, session, hop)
        rest = RemainingText(dict(opening.answers), opening.rest)
        for _ in range(MAX_SCREENS_PER_MESSAGE):
            found = match_next(menu, session, rest)
            if found is None:
                break
            parsed, rest = found
            if notice := (yield from self._navigator.follow(menu, session, parsed, hop)):
                return notice
        if opening.rest and not rest.text and len(session.rows) == 1:  # the only match: choose it
            only = interpret(menu, session, "1")
            return (yield from self._navigator.follow(menu, session, only, hop)) if only else ""
        is_unmatched = rest.text == opening.rest != "" and not rest.text.isdigit()
        if is_unmatched:
            return (yield from self._not_understood(menu, session, Typed.of(rest.text), hop, again=False))
        return ""

    def _continue_journey(
        self, menu: Menu, session: Session, message: ParsedMessage, hop: HopContext, again: bool
    ) -> Dialogue[str]:
        """Process a message on the session's current screen."""
        suggested, session.chat.suggested = session.chat.suggested, []
        if message.stale or (suggested and message.text == "0"):
            return _redisplay_unless_private(menu, session, "")
        if choice := find_suggestion(suggested, message.typed):
            yield from self._apply_suggestion(menu, session, choice, hop)
            return ""
        if parsed := interpret_message(menu, session, message.typed):
            notice = yield from self._navigator.follow(menu, session, parsed, hop)
            return _redisplay_unless_private(menu, session, notice) if notice else ""
        return (yield from self._not_understood(menu, session, message.typed, hop, again))

    def _not_understood(
        self, menu: Menu, session: Session, typed: Typed, hop: HopContext, again: bool
    ) -> Dialogue[str]:
        """Offer suggestions; without any, show « not understood » once, then the first screen."""
        text, session.chat.last_not_understood, free_input = typed.raw, True, menu.screens[session.screen].free_input
        if text and not free_input and says_little(typed.plain) and not text.isdigit():
            _go_to_first_screen(menu, session)
            return ""
        if (again or not free_input) and (yield from self._suggest(menu, session, typed, hop)):
            return ""
        hop.walk.record_unrecognized(session.screen)
        if again:
            _go_to_first_screen(menu, session)
            return ""
        if not text:
            return _redisplay_unless_private(menu, session, menu.phrases.only_text)
        clear = free_input or text.isdigit()
        return _redisplay_unless_private(
            menu, session, input_error_notice(menu, session, text) if clear else menu.phrases.not_understood
        )

    def _suggest(self, menu: Menu, session: Session, typed: Typed, hop: HopContext) -> Dialogue[bool]:
        """Suggest matches for the text, or open the only confident one; returns False if there are none."""
        edition, text = self._sessions.edition(session), typed.raw
        found = [] if text.isdigit() else (yield from suggest(edition, session.language.chosen, typed))
        if is_confident(found):
            yield from self._apply_suggestion(menu, session, found[0][:2], hop)
        else:
            session.chat.suggested = [one[:2] for one in found]
        if not found and not text.isdigit() and not says_little(typed.plain):
            hop.walk.record_failed_search(text)
        return bool(found)

    def _apply_suggestion(
        self, menu: Menu, session: Session, choice: tuple[str, str], hop: HopContext
    ) -> Dialogue[None]:
        row, name = open_suggestion(session, choice)
        rows = menu.screens[session.screen].rows
        if rows and row:
            apply_choice(menu, session, ParsedInput("choice", {rows.keep: row}, {rows.keep: name}))
        yield from self._navigator.enter_screen(menu, session, hop)


def _redisplay_unless_private(menu: Menu, session: Session, notice: str) -> str:
    """Show the current screen again under this notice; if it is private, show the first screen instead."""
    if menu.screens[session.screen].private:
        _go_to_first_screen(menu, session)
    return notice


def _go_to_first_screen(menu: Menu, session: Session) -> None:
    open_suggestion(session, (menu.first, ""))
    session.rows = []
