"""Words typed on a call where only numbers are offered: `casier`, `parakou`, a seat number on the first screen.

They mean what they mean in a message: the name of an option, a keyword that opens a journey, the number that one opens,
or a search, whose only sure find opens. Other finds are offered by their numbers, instead of the screen.
"""

from __future__ import annotations

from state.conversation.effects import Dialogue
from state.conversation.hop import HopContext
from state.conversation.input import ParsedInput
from state.conversation.language_choice import leave_language_screen
from state.conversation.message_input import ParsedMessage, interpret_message, parse_text
from state.conversation.message_path import follow_text, with_pending
from state.conversation.navigation import Navigator
from state.conversation.remaining_text import RemainingText
from state.conversation.screen_messages import ScreenMessages
from state.conversation.session_lifecycle import SessionLifecycle
from state.conversation.suggestions import find_suggestion, is_search, suggest
from state.conversation.unrecognized_messages import UnrecognizedMessages
from state.menu.keywords import KeywordMatch
from state.menu.model import Menu
from state.menu.schema import CHOSEN
from state.rendering.render import input_error_notice
from state.session import Session
from state.text.search import Typed


class TypedWords:
    """Processes words of calls; one object serves all of them."""

    def __init__(self, sessions: SessionLifecycle, navigator: Navigator) -> None:
        self._sessions, self._navigator = sessions, navigator
        self._unrecognized = UnrecognizedMessages(sessions, navigator)
        self._screens = ScreenMessages(navigator, self._unrecognized)

    def process(self, menu: Menu, session: Session, typed: str, hop: HopContext) -> Dialogue[str]:
        """Process an input that is no number of the screen; returns the notice to show above it."""
        edition = self._sessions.edition(session)
        message = parse_text(edition, typed)
        if parsed := interpret_message(menu, session, message.typed):
            notice = yield from self._navigator.follow(menu, session, parsed, hop)
            return notice or (yield from self.follow_pending(menu, session, parsed, hop))
        if menu.screens[session.screen].free_input:
            return self._not_heard(menu, session, typed, hop)
        if message.language in edition.offered:
            yield from self._navigator.change_language(session, message.language, hop)
            return ""
        is_first, opening = session.language.awaiting_first, self._opening(menu, session, message)
        if is_first and not opening and not (yield from suggest(edition, "", message.typed)):
            return self._not_heard(menu, session, typed, hop)
        if is_first:  # answered in French
            leave_language_screen(menu, session)
            session.rows = []
        if opening:
            return (yield from self._screens.open_journey(menu, session, with_pending(opening, session), hop))
        return (yield from self._search(menu, session, message.typed, hop))

    def _search(self, menu: Menu, session: Session, typed: Typed, hop: HopContext) -> Dialogue[str]:
        """Search the words of an input that opens nothing; returns the notice to show."""
        if not is_search(typed, menu.typed):
            return self._not_heard(menu, session, typed.raw, hop)
        if (yield from self._unrecognized.suggest(menu, session, typed, hop)):
            session.page = 0
            return ""
        hop.walk.record_unrecognized(session.screen)
        return menu.phrases.not_found

    def _opening(self, menu: Menu, session: Session, message: ParsedMessage) -> KeywordMatch | None:
        """Return the journey that the words open; a number opens one where a call begins, and where it is asked for."""
        if message.word == "aide":
            return KeywordMatch(self._sessions.edition(session).help, {}, "")
        numbered = message.numbered
        is_asked = numbered and session.screen in (menu.first, menu.languages, numbered.screen)
        return message.opening or (numbered if is_asked else None)

    def choose_suggestion(self, menu: Menu, session: Session, typed: str, hop: HopContext) -> Dialogue[str | None]:
        """Process an input on the finds of a search; returns the notice to show, None if it means something else."""
        if typed == "98" and session.pages > 1:
            session.page = (session.page + 1) % session.pages
            return ""
        suggested, session.chat.suggested = session.chat.suggested, []
        if choice := find_suggestion(suggested, Typed.of(typed)):
            yield from self._unrecognized.apply_suggestion(menu, session, choice, hop)
            return ""
        if typed == "0":
            session.page = 0
            return ""
        if typed != "00" and typed.isdigit():
            session.chat.suggested = suggested
            return menu.phrases.misheard
        return None

    def follow_pending(self, menu: Menu, session: Session, parsed: ParsedInput, hop: HopContext) -> Dialogue[str]:
        """Follow the number that waited for this choice; returns the notice to show."""
        pending, session.pending = session.pending, ""
        if parsed.trigger != "choice" or CHOSEN in parsed.values:
            return ""
        return (yield from follow_text(self._navigator, menu, session, RemainingText({}, pending), hop)).notice

    def _not_heard(self, menu: Menu, session: Session, typed: str, hop: HopContext) -> str:
        hop.walk.record_unrecognized(session.screen)
        return input_error_notice(menu, session, typed)
