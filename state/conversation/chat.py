"""What is heard in a chat: messages, by SMS or to a bot, from citizens who have a day to answer and may write anything.

In this order: STOP, AIDE and LANGUE; words that open a journey, on whatever screen; a button, a number of the screen or
an option called by its name; an answer to what was asked. All else is searched, and what may have been meant is
offered. Nobody is told twice in a row that nothing was understood, and a private screen is not shown again to who did
not ask for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

import structlog

from state.conversation.deferred_answers import OutgoingMessages
from state.conversation.input import ParsedInput, find_option_by_name, names
from state.conversation.language_choice import LanguageChoice, open_language_screen
from state.conversation.navigation import HopContext, Navigator, apply_choice, interpret, message_request
from state.conversation.remaining_text import RemainingText, match_next
from state.conversation.session_lifecycle import SessionLifecycle
from state.conversation.suggestions import SuggestionFinder, is_confident, open_suggestion, picked
from state.errors import SourceUnavailable
from state.interfaces import MAX_TEXT
from state.menu.keywords import KeywordMatch
from state.menu.model import Menu
from state.menu.versions import MenuVersion
from state.rate_limit import TooManyGuesses
from state.rendering.render import close, input_error_notice, refuse, render, value_resolver
from state.session import Session
from state.text.search import Typed, says_little

RESERVED: Final = frozenset({"stop", "aide", "langue"})
MAX_SCREENS_PER_MESSAGE: Final = 8  # screens that one message goes on by
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class ParsedMessage:
    """One message, and what of it is clear before the session is looked at.

    stale: it comes from a button of an answer that is not the last one.
    """

    typed: Typed
    word: str
    opening: KeywordMatch | None
    stale: bool

    @property
    def text(self) -> str:
        return self.typed.raw

    @property
    def opens(self) -> bool:
        return bool(self.word or self.opening)


class ChatDialogue:
    """Hears chats, all of them alike."""

    def __init__(
        self,
        calls: SessionLifecycle,
        steps: Navigator,
        choosing: LanguageChoice,
        suggesting: SuggestionFinder,
        post: OutgoingMessages,
    ) -> None:
        self._calls, self._steps, self._choosing = calls, steps, choosing
        self._suggesting, self._post = suggesting, post

    async def hear(self, session: Session, hop: HopContext) -> None:
        """Hear one message, and show where that leads."""
        edition = self._calls.edition(session)
        said, again, facts = _said(edition, session, hop), session.last_not_understood, session.facts
        session.last_not_understood, session.mark = (
            False,
            blake2b(hop.inbound.message.encode(), digest_size=3).hexdigest(),
        )
        if session.hop == 0:
            await self._greet(edition, session, said, hop)
        menu, notice = self._calls.menu_for(session)
        if said.word == "stop":
            await self._stop(menu, session, hop)
            return
        try:
            notice = notice or await self._dispatch(menu, session, said, hop, again)
        except TooManyGuesses as refused:
            refuse(self._calls.menu_for(session)[0], session, refused, hop.room)
            return
        menu, _ = self._calls.menu_for(session)  # another language may have been chosen just now
        if await self._steps.renew(menu, session, facts):
            notice = ""
        render(menu, session, hop.room, notice)

    async def _greet(self, edition: MenuVersion, session: Session, said: ParsedMessage, hop: HopContext) -> None:
        """Begin a session: in the language known, or with the choice of one where nothing better is asked for."""
        means = said.opens or bool(await self._suggesting.find(edition, "", said.typed))
        await self._choosing.start_session(edition, session, hop.inbound, silent=not means)

    async def _stop(self, menu: Menu, session: Session, hop: HopContext) -> None:
        try:
            await self._post.stop(message_request(hop).to)
            close(menu, session, menu.phrases.stopped, hop.room)
        except SourceUnavailable as down:
            log.warning("stop not kept", why=str(down))
            close(menu, session, menu.phrases.sorry, hop.room)

    async def _dispatch(self, menu: Menu, session: Session, said: ParsedMessage, hop: HopContext, again: bool) -> str:
        """Do what was meant; gives what to say above the screen."""
        if said.word == "langue":
            await self._leave(menu, session, hop)
            return ""
        if said.word or said.opening:
            opening = said.opening or KeywordMatch(self._calls.edition(session).help, {}, "")
            return await self._open(menu, session, opening, hop)
        if session.hop == 0:
            if session.awaiting_first_language or not await self._offer(menu, session, said.typed, hop):
                await self._steps.enter_screen(menu, session, hop)
            return ""
        return await self._go_on(menu, session, said, hop, again)

    async def _leave(self, menu: Menu, session: Session, hop: HopContext) -> None:
        session.suggested = []
        private = menu.screens[session.screen].private
        if open_language_screen(menu, session):
            session.return_screen = menu.first if private else session.return_screen
            await self._steps.enter_screen(menu, session, hop)

    async def _open(self, menu: Menu, session: Session, opening: KeywordMatch, hop: HopContext) -> str:
        open_suggestion(session, (opening.screen, ""))
        await self._steps.enter_screen(menu, session, hop)
        rest = RemainingText(dict(opening.answers), opening.rest)
        for _ in range(MAX_SCREENS_PER_MESSAGE):
            found = match_next(menu, session, rest)
            if found is None:
                break
            heard, rest = found
            if notice := await self._steps.follow(menu, session, heard, hop):
                return notice
        if opening.rest and not rest.said and len(session.rows) == 1:  # what was asked for, and nothing beside it
            only = interpret(menu, session, "1")
            return await self._steps.follow(menu, session, only, hop) if only else ""
        unheard = rest.said == opening.rest != "" and not rest.said.isdigit()
        return await self._not_understood(menu, session, Typed.of(rest.said), hop, again=False) if unheard else ""

    async def _go_on(self, menu: Menu, session: Session, said: ParsedMessage, hop: HopContext, again: bool) -> str:
        """Hear a message where the session stands."""
        suggested, session.suggested = session.suggested, []
        if said.stale or (suggested and said.text == "0"):
            return _redisplay_unless_private(menu, session, "")
        if choice := picked(suggested, said.typed):
            await self._apply_suggestion(menu, session, choice, hop)
            return ""
        if heard := _meant(menu, session, said.typed):
            notice = await self._steps.follow(menu, session, heard, hop)
            return _redisplay_unless_private(menu, session, notice) if notice else ""
        return await self._not_understood(menu, session, said.typed, hop, again)

    async def _not_understood(self, menu: Menu, session: Session, typed: Typed, hop: HopContext, again: bool) -> str:
        """Offer what may have been meant, else say so once, else show the menu."""
        text, session.last_not_understood, asked = typed.raw, True, menu.screens[session.screen].asked
        if text and not asked and says_little(typed.plain) and not text.isdigit():
            _to_menu(menu, session)
            return ""
        if (again or not asked) and await self._offer(menu, session, typed, hop):
            return ""
        hop.walk.record_unrecognized(session.screen)
        if again:
            _to_menu(menu, session)
            return ""
        if not text:
            return _redisplay_unless_private(menu, session, menu.phrases.only_text)
        clear = asked or text.isdigit()
        return _redisplay_unless_private(
            menu, session, input_error_notice(menu, session, text) if clear else menu.phrases.not_understood
        )

    async def _offer(self, menu: Menu, session: Session, typed: Typed, hop: HopContext) -> bool:
        """Offer what these words may mean, or take it when it is one thing; false when they mean nothing."""
        edition, text = self._calls.edition(session), typed.raw
        found = [] if text.isdigit() else await self._suggesting.find(edition, session.language, typed)
        if len(found) == 1 and is_confident(found[0], typed):
            await self._apply_suggestion(menu, session, found[0], hop)
        else:
            session.suggested = found
        if not found and not text.isdigit() and not says_little(typed.plain):
            hop.walk.record_failed_search(text)
        return bool(found)

    async def _apply_suggestion(self, menu: Menu, session: Session, choice: tuple[str, str], hop: HopContext) -> None:
        row, name = open_suggestion(session, choice)
        rows = menu.screens[session.screen].rows
        if rows and row:
            apply_choice(menu, session, ParsedInput("choice", {rows.keep: row}, {rows.keep: name}))
        await self._steps.enter_screen(menu, session, hop)


def _said(edition: MenuVersion, session: Session, hop: HopContext) -> ParsedMessage:
    inbound = hop.inbound
    typed, pressed = Typed.of(inbound.text[:MAX_TEXT].strip()), bool(inbound.button_mark)
    word = typed.plain if not pressed and typed.plain in RESERVED else ""
    opening = None if pressed or word else edition.openings.find(typed.raw)
    return ParsedMessage(typed, word, opening, pressed and inbound.button_mark != session.mark)


def _meant(menu: Menu, session: Session, typed: Typed) -> ParsedInput | None:
    """A number, an answer, or an option called by its name."""
    if heard := interpret(menu, session, typed.raw):
        return heard
    number = find_option_by_name(
        names(menu.screens[session.screen], session.rows, value_resolver(menu, session)), typed.plain
    )
    return interpret(menu, session, number) if number else None


def _redisplay_unless_private(menu: Menu, session: Session, notice: str) -> str:
    """Show again where the session stands, under this notice, unless that is private: then the menu."""
    if menu.screens[session.screen].private:
        _to_menu(menu, session)
    return notice


def _to_menu(menu: Menu, session: Session) -> None:
    open_suggestion(session, (menu.first, ""))
    session.rows = []
