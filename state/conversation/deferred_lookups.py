"""Promises kept: a look-up is asked for a citizen who is not on the line, and its answer put into words.

What the citizen answered when it was promised is asked again; the words are those of the screen on which that leads,
in the menu of today and the citizen's language.
"""

from __future__ import annotations

from state.conversation.deferred_answers import DeferredAnswer, DeferredRequest
from state.conversation.lookups import LookupRunner
from state.conversation.message_requests import message_text
from state.menu.model import Menu
from state.menu.versions import ActiveMenus
from state.rate_limit import TooManyGuesses
from state.session import Session

NOT_HAD = ("", "late", "unavailable")


class DeferredLookups:
    """Asks what was promised."""

    def __init__(self, menus: ActiveMenus, asking: LookupRunner) -> None:
        self._menus, self._asking = menus, asking

    async def ask(self, promise: DeferredRequest) -> DeferredAnswer:
        """What can be told of a promise now."""
        edition = self._menus.current
        menu = edition.menu(promise.language)
        session = Session(promise.screen, menu.version, "", 0.0, language=promise.language)
        session.answers, session.shown = dict(promise.answers), dict(promise.shown)
        asks = promise.screen in menu.screens and menu.screens[promise.screen].question
        outcome = await self._asked(menu, session, promise) if asks else ""
        if outcome in NOT_HAD or menu.screens[session.screen].question:  # a list has no words of its own
            return DeferredAnswer(menu.phrases.not_had, "", had=False)
        under = menu.phrases.until_stop if promise.kind == "changes" else ""
        told = message_text(menu, session, session.screen, promise.to.gateway, under)
        return DeferredAnswer(told, session.facts_digest(), had=True, basis=session.basis)

    async def _asked(self, menu: Menu, session: Session, promise: DeferredRequest) -> str:
        """The last outcome; none for who guesses, by promises as on the line, until the limit opens again.

        What was seen once is no guess.
        """
        try:
            return await self._asking.run(menu, session, promise.asker if promise.kind == "answer" else "")
        except TooManyGuesses:
            return ""
