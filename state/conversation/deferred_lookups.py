"""Runs a deferred look-up for a citizen who is not connected, and writes its answer as text.

The look-up uses the answers of the original request. The text is that of the screen it leads to, in the current menu
and in the citizen's language.
"""

from __future__ import annotations

from state.conversation.deferred_answers import DeferredAnswer, DeferredRequest
from state.conversation.effect_runner import EffectRunner
from state.conversation.lookups import LookupRunner
from state.conversation.message_requests import message_text
from state.interfaces import LOOK_SECONDS
from state.menu.active_versions import ActiveMenus
from state.menu.model import Menu
from state.rate_limit import TooManyGuesses
from state.session import LanguageState, Session

NOT_HAD = ("", "late", "unavailable")


class DeferredLookups:
    """Runs deferred look-ups."""

    def __init__(self, menus: ActiveMenus, lookups: LookupRunner, runner: EffectRunner) -> None:
        self._menus, self._lookups, self._runner = menus, lookups, runner

    async def answer(self, promise: DeferredRequest) -> DeferredAnswer:
        """Answer a deferred request with the facts of now."""
        edition = self._menus.current
        menu = edition.menu(promise.language)
        session = Session(promise.screen, menu.version, "", 0.0, language=LanguageState(promise.language))
        session.answers, session.shown = dict(promise.answers), dict(promise.shown)
        asked = menu.screens[promise.screen].question if promise.screen in menu.screens else None
        outcome = await self._answer_stored(menu, session, promise) if asked else ""
        look = asked.look_seconds if asked else LOOK_SECONDS
        if outcome in NOT_HAD or menu.screens[session.screen].question:  # a list has no text to send
            return DeferredAnswer(menu.phrases.not_had, "", had=False, look_seconds=look)
        under = menu.phrases.until_stop if promise.kind == "changes" else ""
        text = message_text(menu, session, session.screen, promise.to.gateway, under)
        return DeferredAnswer(text, session.facts_digest(), had=True, basis=session.basis, look_seconds=look)

    async def _answer_stored(self, menu: Menu, session: Session, promise: DeferredRequest) -> str:
        """Return the last outcome; "" if the citizen has reached the limit on wrong answers, until that limit ends.

        "changes" requests do not count: their answer was seen before.
        """
        try:
            asker = promise.asker if promise.kind == "answer" else ""
            return await self._runner.run(self._lookups.run(menu, session, asker))
        except TooManyGuesses:
            return ""
