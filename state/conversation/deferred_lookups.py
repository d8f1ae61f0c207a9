"""Promises kept: a look-up is asked for a citizen who is not on the line, and its answer put into words.

What the citizen answered when it was promised is asked again; the words are those of the screen on which that leads,
in the menu of today and the citizen's language.
"""

from __future__ import annotations

from state.conversation.deferred_answers import Promise, Told
from state.conversation.lookups import Asking
from state.conversation.message_requests import words
from state.menu.model import Menu
from state.menu.versions import Menus
from state.rate_limit import Refused
from state.session import Session

NOT_HAD = ("", "late", "unavailable")


class Keeping:
    """Asks what was promised."""

    def __init__(self, menus: Menus, asking: Asking) -> None:
        self._menus, self._asking = menus, asking

    async def ask(self, promise: Promise) -> Told:
        """What can be told of a promise now."""
        edition = self._menus.current
        menu = edition.menu(promise.language)
        session = Session(promise.screen, menu.version, "", 0.0, language=promise.language)
        session.answers, session.shown = dict(promise.answers), dict(promise.shown)
        asks = promise.screen in menu.screens and menu.screens[promise.screen].question
        outcome = await self._asked(menu, session, promise) if asks else ""
        if outcome in NOT_HAD or menu.screens[session.screen].question:  # a list has no words of its own
            return Told(menu.phrases.not_had, "", had=False)
        under = menu.phrases.until_stop if promise.kind == "changes" else ""
        told = words(menu, session, session.screen, promise.to.gateway, under)
        return Told(told, session.seen(), had=True, basis=session.basis)

    async def _asked(self, menu: Menu, session: Session, promise: Promise) -> str:
        """The last outcome; none for who guesses, by promises as on the line, until the limit opens again.

        What was seen once is no guess.
        """
        try:
            return await self._asking.follow(menu, session, promise.asker if promise.kind == "answer" else "")
        except Refused:
            return ""
