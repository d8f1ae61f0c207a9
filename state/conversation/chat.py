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

from state.conversation.deferred_answers import Post
from state.conversation.input import Heard, named, names
from state.conversation.language_choice import Choosing, leave
from state.conversation.navigation import Hop, Steps, asked_by, go, understood
from state.conversation.remaining_text import Rest, heard_of
from state.conversation.session_lifecycle import Calls
from state.conversation.suggestions import Suggesting, picked, surely, taken
from state.errors import SourceUnavailable
from state.interfaces import MAX_TEXT
from state.menu.keywords import Opening
from state.menu.model import Menu
from state.menu.versions import Edition
from state.rate_limit import Refused
from state.rendering.render import close, known, misheard, refuse, show
from state.session import Session
from state.text.search import Typed, says_little

RESERVED: Final = frozenset({"stop", "aide", "langue"})
MOST_HEARD: Final = 8  # screens that one message goes on by
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Said:
    """One message, and what of it is clear before the session is looked at.

    stale: it comes from a button of an answer that is not the last one.
    """

    typed: Typed
    word: str
    opening: Opening | None
    stale: bool

    @property
    def text(self) -> str:
        return self.typed.raw

    @property
    def opens(self) -> bool:
        return bool(self.word or self.opening)


class Chat:
    """Hears chats, all of them alike."""

    def __init__(self, calls: Calls, steps: Steps, choosing: Choosing, suggesting: Suggesting, post: Post) -> None:
        self._calls, self._steps, self._choosing = calls, steps, choosing
        self._suggesting, self._post = suggesting, post

    async def hear(self, session: Session, hop: Hop) -> None:
        """Hear one message, and show where that leads."""
        edition = self._calls.edition(session)
        said, again, facts = _said(edition, session, hop), session.missed, session.facts
        session.missed, session.mark = False, blake2b(hop.inbound.message.encode(), digest_size=3).hexdigest()
        if session.hop == 0:
            await self._greet(edition, session, said, hop)
        menu, notice = self._calls.pinned(session)
        if said.word == "stop":
            await self._stop(menu, session, hop)
            return
        try:
            notice = notice or await self._heard(menu, session, said, hop, again)
        except Refused as refused:
            refuse(self._calls.pinned(session)[0], session, refused, hop.room)
            return
        menu, _ = self._calls.pinned(session)  # another language may have been chosen just now
        if await self._steps.renew(menu, session, facts):
            notice = ""
        show(menu, session, hop.room, notice)

    async def _greet(self, edition: Edition, session: Session, said: Said, hop: Hop) -> None:
        """Begin a session: in the language known, or with the choice of one where nothing better is asked for."""
        means = said.opens or bool(await self._suggesting.find(edition, "", said.typed))
        await self._choosing.greet(edition, session, hop.inbound, silent=not means)

    async def _stop(self, menu: Menu, session: Session, hop: Hop) -> None:
        try:
            await self._post.stop(asked_by(hop).to)
            close(menu, session, menu.phrases.stopped, hop.room)
        except SourceUnavailable as down:
            log.warning("stop not kept", why=str(down))
            close(menu, session, menu.phrases.sorry, hop.room)

    async def _heard(self, menu: Menu, session: Session, said: Said, hop: Hop, again: bool) -> str:
        """Do what was meant; gives what to say above the screen."""
        if said.word == "langue":
            await self._leave(menu, session, hop)
            return ""
        if said.word or said.opening:
            opening = said.opening or Opening(self._calls.edition(session).help, {}, "")
            return await self._open(menu, session, opening, hop)
        if session.hop == 0:
            if session.began or not await self._offer(menu, session, said.typed, hop):
                await self._steps.arrive(menu, session, hop)
            return ""
        return await self._go_on(menu, session, said, hop, again)

    async def _leave(self, menu: Menu, session: Session, hop: Hop) -> None:
        session.suggested = []
        private = menu.screens[session.screen].private
        if leave(menu, session):
            session.left = menu.first if private else session.left
            await self._steps.arrive(menu, session, hop)

    async def _open(self, menu: Menu, session: Session, opening: Opening, hop: Hop) -> str:
        taken(session, (opening.screen, ""))
        await self._steps.arrive(menu, session, hop)
        rest = Rest(dict(opening.answers), opening.rest)
        for _ in range(MOST_HEARD):
            found = heard_of(menu, session, rest)
            if found is None:
                break
            heard, rest = found
            if notice := await self._steps.walk(menu, session, heard, hop):
                return notice
        if opening.rest and not rest.said and len(session.rows) == 1:  # what was asked for, and nothing beside it
            only = understood(menu, session, "1")
            return await self._steps.walk(menu, session, only, hop) if only else ""
        unheard = rest.said == opening.rest != "" and not rest.said.isdigit()
        return await self._miss(menu, session, Typed.of(rest.said), hop, again=False) if unheard else ""

    async def _go_on(self, menu: Menu, session: Session, said: Said, hop: Hop, again: bool) -> str:
        """Hear a message where the session stands."""
        suggested, session.suggested = session.suggested, []
        if said.stale or (suggested and said.text == "0"):
            return _unasked(menu, session, "")
        if choice := picked(suggested, said.typed):
            await self._take(menu, session, choice, hop)
            return ""
        if heard := _meant(menu, session, said.typed):
            notice = await self._steps.walk(menu, session, heard, hop)
            return _unasked(menu, session, notice) if notice else ""
        return await self._miss(menu, session, said.typed, hop, again)

    async def _miss(self, menu: Menu, session: Session, typed: Typed, hop: Hop, again: bool) -> str:
        """Offer what may have been meant, else say so once, else show the menu."""
        text, session.missed, asked = typed.raw, True, menu.screens[session.screen].asked
        if text and not asked and says_little(typed.plain) and not text.isdigit():
            _to_menu(menu, session)
            return ""
        if (again or not asked) and await self._offer(menu, session, typed, hop):
            return ""
        hop.walk.miss(session.screen)
        if again:
            _to_menu(menu, session)
            return ""
        if not text:
            return _unasked(menu, session, menu.phrases.only_text)
        clear = asked or text.isdigit()
        return _unasked(menu, session, misheard(menu, session, text) if clear else menu.phrases.not_understood)

    async def _offer(self, menu: Menu, session: Session, typed: Typed, hop: Hop) -> bool:
        """Offer what these words may mean, or take it when it is one thing; false when they mean nothing."""
        edition, text = self._calls.edition(session), typed.raw
        found = [] if text.isdigit() else await self._suggesting.find(edition, session.language, typed)
        if len(found) == 1 and surely(found[0], typed):
            await self._take(menu, session, found[0], hop)
        else:
            session.suggested = found
        if not found and not text.isdigit() and not says_little(typed.plain):
            hop.walk.seek(text)
        return bool(found)

    async def _take(self, menu: Menu, session: Session, choice: tuple[str, str], hop: Hop) -> None:
        row, name = taken(session, choice)
        rows = menu.screens[session.screen].rows
        if rows and row:
            go(menu, session, Heard("choice", {rows.keep: row}, {rows.keep: name}))
        await self._steps.arrive(menu, session, hop)


def _said(edition: Edition, session: Session, hop: Hop) -> Said:
    inbound = hop.inbound
    typed, pressed = Typed.of(inbound.text[:MAX_TEXT].strip()), bool(inbound.pressed)
    word = typed.plain if not pressed and typed.plain in RESERVED else ""
    opening = None if pressed or word else edition.openings.find(typed.raw)
    return Said(typed, word, opening, pressed and inbound.pressed != session.mark)


def _meant(menu: Menu, session: Session, typed: Typed) -> Heard | None:
    """A number, an answer, or an option called by its name."""
    if heard := understood(menu, session, typed.raw):
        return heard
    number = named(names(menu.screens[session.screen], session.rows, known(menu, session)), typed.plain)
    return understood(menu, session, number) if number else None


def _unasked(menu: Menu, session: Session, notice: str) -> str:
    """Show again where the session stands, under this notice, unless that is private: then the menu."""
    if menu.screens[session.screen].private:
        _to_menu(menu, session)
    return notice


def _to_menu(menu: Menu, session: Session) -> None:
    taken(session, (menu.first, ""))
    session.rows = []
