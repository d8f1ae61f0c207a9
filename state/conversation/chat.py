"""Dialogue by messages (SMS or bot): citizens have a day to answer and may write anything.

A message is matched in this order: STOP, AIDE, LANGUE or a word that asks for nothing; a keyword that opens a journey,
on any screen; the name of a language; what it means on its screen (state/conversation/screen_messages.py). Any other
text is searched, and the matches are offered as suggestions. « Not understood » is not sent twice in a row. A private
screen is not repeated unless the citizen asked for it.
"""

from __future__ import annotations

from hashlib import blake2b

from state.conversation.effects import Dialogue, OptIn, OptOut
from state.conversation.hop import HopContext
from state.conversation.language_choice import open_language_screen, start_in_language
from state.conversation.message_input import ParsedMessage, parse_message, parse_text
from state.conversation.message_path import with_pending
from state.conversation.navigation import Navigator, requester_address
from state.conversation.screen_messages import ScreenMessages
from state.conversation.session_lifecycle import SessionLifecycle
from state.conversation.suggestions import is_search, suggest
from state.conversation.unrecognized_messages import UnrecognizedMessages, go_to_first_screen
from state.menu.keywords import KeywordMatch
from state.menu.model import Menu
from state.menu.versions import MenuVersion
from state.rate_limit import TooManyGuesses
from state.rendering.render import close, refuse, render, show_line
from state.session import Session


class ChatDialogue:
    """Processes messages; one object serves all chats."""

    def __init__(self, sessions: SessionLifecycle, navigator: Navigator) -> None:
        self._sessions, self._navigator = sessions, navigator
        self._unrecognized = UnrecognizedMessages(sessions, navigator)
        self._screens = ScreenMessages(navigator, self._unrecognized)

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
        if message.word == "start" and (line := (yield from _opt_in(menu, hop))):
            show_line(menu, session, line, hop.room)
            return
        if line := _short_line(menu, session, message):
            show_line(menu, session, line, hop.room)
            return
        try:
            if not (yield from self._answer_survey(menu, session, message, hop)):
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
        """Start a session in the stored language; without one, on the language screen if the text means nothing.

        Such a text waits until a language is chosen. What has no text is answered in French at once.
        """
        typed = message.typed
        means = not typed.raw or message.opens or bool((yield from suggest(edition, "", typed)))
        yield from start_in_language(edition, session, hop, silent=not means)
        is_waiting = session.language.awaiting_first and is_search(typed, edition.typed)
        session.pending = typed.raw if is_waiting else ""

    def _opt_out(self, menu: Menu, session: Session, hop: HopContext) -> Dialogue[None]:
        yield OptOut(requester_address(hop))  # if it cannot be stored, the gateway sends the message again
        close(menu, session, menu.phrases.stopped, hop.room)

    def _answer_survey(self, menu: Menu, session: Session, message: ParsedMessage, hop: HopContext) -> Dialogue[bool]:
        """Take the answer to the question whether an answer helped; returns False for any other message."""
        if not session.survey or message.stale:
            return False
        if message.text:
            return (yield from self._navigator.answer_survey(menu, session, message.text, hop))
        session.survey = ()
        return False

    def _dispatch(
        self, menu: Menu, session: Session, message: ParsedMessage, hop: HopContext, again: bool
    ) -> Dialogue[str]:
        """Do what the message means; returns the notice to show above the screen."""
        if message.word == "langue":
            yield from self._show_language_screen(menu, session, hop)
            return ""
        if message.word == "start":
            go_to_first_screen(menu, session)  # nothing was refused: the word begins a conversation
        opening = message.opening or (message.numbered if session.hop == 0 else None)
        if message.word == "aide":
            opening = KeywordMatch(self._sessions.edition(session).help, {}, "")
        if opening:
            return (yield from self._screens.open_journey(menu, session, with_pending(opening, session), hop))
        if message.language and (session.hop == 0 or not menu.screens[session.screen].free_input):
            return (yield from self._speak(menu, session, message.language, hop))
        if session.hop == 0 or message.word == "start":
            return (yield from self._answer_first(menu, session, message, hop))
        spoken = session.language.chosen
        notice = yield from self._screens.process(menu, session, message, hop, again)
        if session.pending and session.language.chosen != spoken:
            return (yield from self._answer_pending(self._sessions.menu_for(session)[0], session, hop))
        return notice

    def _answer_first(self, menu: Menu, session: Session, message: ParsedMessage, hop: HopContext) -> Dialogue[str]:
        """Search a first message that opens nothing; without a find, say so above the first screen."""
        searched = message.text and not message.word and not session.language.awaiting_first
        if searched and (yield from self._unrecognized.suggest(menu, session, message.typed, hop)):
            return ""
        yield from self._navigator.enter_screen(menu, session, hop)
        session.chat.last_not_understood = bool(searched) and is_search(message.typed, menu.typed)
        if session.chat.last_not_understood:
            return menu.phrases.not_understood
        return "" if message.text else menu.phrases.only_text

    def _speak(self, menu: Menu, session: Session, language: str, hop: HopContext) -> Dialogue[str]:
        """Change to a language that the message names, and answer the question that waited for it."""
        edition = self._sessions.edition(session)
        if language not in edition.offered:
            yield from self._show_language_screen(menu, session, hop)
            return ""
        menu = yield from self._navigator.change_language(session, language, hop)
        return (yield from self._answer_pending(menu, session, hop))

    def _answer_pending(self, menu: Menu, session: Session, hop: HopContext) -> Dialogue[str]:
        """Process the first message, which waited for the choice of a language."""
        pending, session.pending = session.pending, ""
        if not pending:
            return ""
        message = parse_text(self._sessions.edition(session), pending)
        return (yield from self._screens.process(menu, session, message, hop, again=False))

    def _show_language_screen(self, menu: Menu, session: Session, hop: HopContext) -> Dialogue[None]:
        session.chat.suggested = []
        private = menu.screens[session.screen].private
        if open_language_screen(menu, session):
            session.language.return_screen = menu.first if private else session.language.return_screen
            yield from self._navigator.enter_screen(menu, session, hop)


def _opt_in(menu: Menu, hop: HopContext) -> Dialogue[str]:
    """End the citizen's opt-out; returns the line that says so, "" if there was none."""
    return menu.phrases.resumed if (yield OptIn(requester_address(hop))) else ""


def _short_line(menu: Menu, session: Session, message: ParsedMessage) -> str:
    """Return the line that answers thanks within a conversation, or an insult; "" for anything else."""
    if message.word == "merci" and (session.hop or not message.typed.plain):
        return menu.phrases.thanked
    return menu.phrases.insulted if message.word == "insulte" else ""
