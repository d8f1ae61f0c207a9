"""Which language a citizen is answered in: looked up when a session opens, chosen on the language screen, remembered.

Who calls for the first time is shown that screen before the first one. Who dials further than the code is not held up:
the answer is in French, and says how to change it. The choice is kept behind the Preferences, for a year.
"""

from __future__ import annotations

import structlog

from state.conversation.input import ParsedInput
from state.errors import SourceUnavailable
from state.identity import Pseudonyms
from state.interfaces import Inbound, Preference, Preferences
from state.menu.machine import fire
from state.menu.model import Menu
from state.menu.versions import MenuVersion
from state.session import Session

log = structlog.get_logger()


class LanguageChoice:
    """The language of sessions, and what is remembered of it."""

    def __init__(self, preferences: Preferences, names: Pseudonyms) -> None:
        self._preferences, self._names = preferences, names

    async def start_session(self, edition: MenuVersion, session: Session, inbound: Inbound, *, silent: bool) -> None:
        """Set a new session's language, and the screen that it begins on; silent: nothing was asked for yet."""
        if len(edition.offered) < 2:
            return
        try:
            known = await self._preferences.of(self._names.across_channels(inbound))
        except SourceUnavailable as down:
            log.warning("language not known", why=str(down))
            session.show_language_hint = True
            return
        chosen = known.language in edition.offered
        session.language = known.language if chosen else ""
        # a session that was lost is heard again from its first input, which in such a call answers the choice
        session.awaiting_first_language = (
            not chosen if silent else session.gateway_session_id != "" and known.call == self._names.call(inbound)
        )
        session.show_language_hint = not (chosen or session.awaiting_first_language)
        if session.awaiting_first_language:
            session.screen = edition.menu("").languages
            if silent and session.gateway_session_id:
                await self._keep(inbound, Preference("", self._names.call(inbound)))

    async def choose(self, edition: MenuVersion, session: Session, language: str, inbound: Inbound) -> None:
        """Answer in this language, if it is one, from now on and in the sessions of a year."""
        if language not in edition.offered:
            return
        session.language = language
        await self._keep(
            inbound,
            Preference(
                language,
                self._names.call(inbound) if session.gateway_session_id and session.awaiting_first_language else "",
            ),
        )

    async def _keep(self, inbound: Inbound, preference: Preference) -> None:
        """Remember this if it can be; nobody's call ends because it cannot."""
        try:
            await self._preferences.keep(self._names.across_channels(inbound), preference)
        except SourceUnavailable as down:
            log.warning("language not kept", why=str(down))


def open_language_screen(menu: Menu, session: Session) -> bool:
    """Go to the choice of a language from wherever the session is; false when it is there already."""
    if session.screen == menu.languages:
        return False
    session.return_screen, session.resume_prompted, session.show_language_hint = session.screen, False, False
    fire(menu.machine, session, "language")
    return True


def return_from_language_screen(menu: Menu, session: Session, heard: ParsedInput) -> bool:
    """Go back to the screen that was left for the choice of a language, if one was and this is the time to."""
    left, was = session.return_screen, session.screen
    session.return_screen, session.awaiting_first_language = "", False
    session.show_language_hint = session.show_language_hint and session.hop == 0
    if not left or was != menu.languages or heard.trigger not in ("choice", "back"):
        return False
    session.screen = left
    return True
