"""Answers messages that mean nothing on their screen: suggestions, « not understood » once, then the first screen."""

from __future__ import annotations

from state.conversation.effects import Dialogue
from state.conversation.hop import HopContext
from state.conversation.input import ParsedInput
from state.conversation.navigation import Navigator, apply_choice
from state.conversation.session_lifecycle import SessionLifecycle
from state.conversation.suggestions import is_confident, is_search, open_suggestion, suggest
from state.menu.model import Menu
from state.rendering.render import input_error_notice
from state.session import Session
from state.text.search import Typed, says_little


class UnrecognizedMessages:
    """Searches what was written; one object serves all chats."""

    def __init__(self, sessions: SessionLifecycle, navigator: Navigator) -> None:
        self._sessions, self._navigator = sessions, navigator

    def answer(self, menu: Menu, session: Session, typed: Typed, hop: HopContext, again: bool) -> Dialogue[str]:
        """Offer suggestions; without any, show « not understood » once, then the first screen. Returns the notice."""
        text, session.chat.last_not_understood, free_input = typed.raw, True, menu.screens[session.screen].free_input
        if text and not free_input and says_little(typed.plain) and not text.isdigit():
            go_to_first_screen(menu, session)
            return ""
        if (again or not free_input) and (yield from self.suggest(menu, session, typed, hop)):
            return ""
        hop.walk.record_unrecognized(session.screen)
        if again:
            go_to_first_screen(menu, session)
            return ""
        if not text:
            return redisplay_unless_private(menu, session, menu.phrases.only_text)
        clear = free_input or text.isdigit()
        return redisplay_unless_private(
            menu, session, input_error_notice(menu, session, text) if clear else menu.phrases.not_understood
        )

    def suggest(self, menu: Menu, session: Session, typed: Typed, hop: HopContext) -> Dialogue[bool]:
        """Suggest matches for the text, or open the only confident one; returns False if there are none."""
        edition, text = self._sessions.edition(session), typed.raw
        found = [] if text.isdigit() else (yield from suggest(edition, session.language.chosen, typed))
        if is_confident(found):
            yield from self.apply_suggestion(menu, session, found[0][:2], hop)
        else:
            session.chat.suggested = [one[:2] for one in found]
        if not found and is_search(typed, edition.typed):
            hop.walk.record_failed_search(text)
        return bool(found)

    def apply_suggestion(
        self, menu: Menu, session: Session, choice: tuple[str, str], hop: HopContext
    ) -> Dialogue[None]:
        """Open a suggestion."""
        row, name = open_suggestion(session, choice)
        rows = menu.screens[session.screen].rows
        if rows and row:
            apply_choice(menu, session, ParsedInput("choice", {rows.keep: row}, {rows.keep: name}))
        yield from self._navigator.enter_screen(menu, session, hop)


def redisplay_unless_private(menu: Menu, session: Session, notice: str) -> str:
    """Show the current screen again under this notice; if it is private, show the first screen instead."""
    if menu.screens[session.screen].private:
        go_to_first_screen(menu, session)
    return notice


def go_to_first_screen(menu: Menu, session: Session) -> None:
    """Leave the journey for the first screen."""
    open_suggestion(session, (menu.first, ""))
    session.rows = []
