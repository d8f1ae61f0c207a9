"""What a message means on a screen: a button, an option, an answer, or words that lead on.

A message is matched in this order: a suggestion or a button; the number of an option or its name, or an answer to the
screen's question; the words that mean something there (state/conversation/text_matching.py); a number that opens a
journey. The rest is searched.
"""

from __future__ import annotations

from state.conversation.effects import Dialogue
from state.conversation.hop import HopContext
from state.conversation.input import ParsedInput
from state.conversation.message_input import ParsedMessage, interpret_message
from state.conversation.message_path import follow_text, joined_with_pending
from state.conversation.navigation import Navigator
from state.conversation.remaining_text import RemainingText
from state.conversation.suggestions import find_suggestion, open_suggestion
from state.conversation.unrecognized_messages import UnrecognizedMessages, redisplay_unless_private
from state.menu.keywords import KeywordMatch
from state.menu.model import KEYS, Menu
from state.menu.schema import CHOSEN
from state.rendering.render import input_error_notice
from state.session import Session
from state.text.message_words import split_words
from state.text.search import Typed


class ScreenMessages:
    """Processes messages within the menus; one object serves all chats."""

    def __init__(self, navigator: Navigator, unrecognized: UnrecognizedMessages) -> None:
        self._navigator, self._unrecognized = navigator, unrecognized

    def open_journey(self, menu: Menu, session: Session, opening: KeywordMatch, hop: HopContext) -> Dialogue[str]:
        """Open the journey of a keyword, and follow the text beside it; returns the notice to show."""
        open_suggestion(session, (opening.screen, ""))
        if listed := menu.screens[opening.screen].question:
            session.answers |= {name: opening.answers[name] for name in listed.needs if name in opening.answers}
        yield from self._navigator.enter_screen(menu, session, hop)
        text = RemainingText(dict(opening.answers), opening.rest)
        rest = yield from follow_text(self._navigator, menu, session, text, hop)
        asked = menu.screens[session.screen].free_input
        if rest.text != opening.rest or not rest.text or (rest.text.isascii() and rest.text.isdigit()):
            is_wrong = rest.text and rest.text not in KEYS and not rest.notice and asked
            return input_error_notice(menu, session, rest.text) if is_wrong else rest.notice
        if asked and asked.form != "text" and not rest.has_number:
            return ""  # « suivre mon dossier »: nothing is wrong, and the number is asked
        fillers = menu.beside.get(session.screen.partition(".")[0], menu.typed.fillers)
        if all(word.plain in fillers for word in split_words(rest.text)):
            return rest.notice
        return (yield from self._unrecognized.answer(menu, session, Typed.of(rest.text), hop, again=False))

    def process(
        self, menu: Menu, session: Session, message: ParsedMessage, hop: HopContext, again: bool
    ) -> Dialogue[str]:
        """Process a message on the session's current screen."""
        suggested, session.chat.suggested = session.chat.suggested, []
        pending, session.pending = session.pending, ""
        if message.stale or (suggested and message.text == "0"):
            return redisplay_unless_private(menu, session, "")
        if choice := find_suggestion(suggested, message.typed):
            yield from self._unrecognized.apply_suggestion(menu, session, choice, hop)
            return ""
        if parsed := interpret_message(menu, session, message.typed):
            session.pending = pending if parsed.trigger == "choice" else ""
            return (yield from self._follow(menu, session, parsed, hop))
        rest = RemainingText({}, joined_with_pending(message.text, session, pending), is_opening=False)
        rest = yield from follow_text(self._navigator, menu, session, rest, hop)
        return rest.notice if rest.passed else (yield from self._open_number(menu, session, message, hop, again))

    def _follow(self, menu: Menu, session: Session, parsed: ParsedInput, hop: HopContext) -> Dialogue[str]:
        """Follow an input, then the words that waited for it."""
        notice = yield from self._navigator.follow(menu, session, parsed, hop)
        if notice:
            return redisplay_unless_private(menu, session, notice)
        if not session.pending or CHOSEN in parsed.values:
            return ""
        rest, session.pending = RemainingText({}, session.pending), ""
        return (yield from follow_text(self._navigator, menu, session, rest, hop)).notice

    def _open_number(
        self, menu: Menu, session: Session, message: ParsedMessage, hop: HopContext, again: bool
    ) -> Dialogue[str]:
        """Open the journey of a number that means nothing here; any other message is searched."""
        if message.numbered and not menu.screens[session.screen].free_input:
            offered = session.rows if message.numbered.screen == session.screen else []
            notice = yield from self.open_journey(menu, session, message.numbered, hop)
            session.rows = offered or session.rows  # a keyword may have left some of them only
            return notice
        return (yield from self._unrecognized.answer(menu, session, message.typed, hop, again))
