"""Which session a hop goes on with, on which menu, and how long that session is kept.

A call is what the gateway holds open, a session what we remember. A call that goes on keeps its session; who calls back
soon after a cut call is asked whether to carry on; a call that this server never saw, or that was silent for too long,
begins anew and hears its inputs one after the other. Where there are no calls but messages, a session is a day's talk
with one citizen, and each message is known by its name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from settings import Settings
from state.conversation.input import input_since_last_hop
from state.interfaces import MAX_TEXT, Inbound
from state.menu.model import Menu
from state.menu.versions import ActiveMenus, MenuVersion
from state.rendering.render import input_error_notice
from state.session import Session

CHAT_SECONDS: Final = 24 * 3600  # after the last message of a citizen, a bot may answer freely for as long
MAX_INPUTS: Final = 48  # heard in one hop: a call of three minutes, lost and heard again, has fewer
ECHO_SECONDS: Final = 1.0  # on a gateway that sends single inputs, nobody reads a screen and answers within this time


@dataclass(frozen=True, slots=True)
class SessionLifecycle:
    """What is decided of a session by its call and its age."""

    menus: ActiveMenus
    settings: Settings

    def is_duplicate(self, before: Session, inbound: Inbound, now: float) -> bool:
        """Whether this hop was answered already: the same inputs, or anything after the last word of a call."""
        if inbound.message:
            return before.last_input == inbound.message
        if not self.is_same_call(before, inbound, now):
            return False
        same = before.last_input == inbound.text and (
            inbound.inputs_are_cumulative or 0.0 <= now - before.at < ECHO_SECONDS
        )
        return before.closed or same

    def is_same_call(self, before: Session, inbound: Inbound, now: float) -> bool:
        """Whether this hop belongs to the call of this session, which is not over for us."""
        return before.gateway_session_id == inbound.session and self._lives(before, now)

    def resume_or_start(self, before: Session | None, inbound: Inbound, now: float) -> tuple[Session, list[str]]:
        """The session that this hop goes on with, which now has heard it, and the inputs to take."""
        if inbound.message:
            return self._talk(before, inbound, now), []
        if before and self.is_same_call(before, inbound, now):
            typed = input_since_last_hop(before.last_input, inbound.text, joined=inbound.inputs_are_cumulative)
            late = typed is None and before.last_input.startswith(inbound.text)  # an earlier hop, sent again
            before.last_input = before.last_input if late else inbound.text
            return before, [] if typed is None else [typed[:MAX_TEXT]]
        if before and not inbound.text and self._can_carry_on(before, now):
            before.resume_prompted, before.gateway_session_id, before.last_input = True, inbound.session, ""
            return before, []
        edition, text = self.menus.current, inbound.text
        fresh = Session(
            screen=edition.first, menu=edition.version, gateway_session_id=inbound.session, at=now, last_input=text
        )
        inputs = text.split("*", MAX_INPUTS)[:MAX_INPUTS] if inbound.inputs_are_cumulative else [text]
        return fresh, [typed[:MAX_TEXT] for typed in inputs] if text else []

    def _talk(self, before: Session | None, inbound: Inbound, now: float) -> Session:
        """The session of a message."""
        if before and not before.closed and now - before.at <= CHAT_SECONDS:
            before.last_input = inbound.message
            return before
        edition = self.menus.current
        return Session(
            screen=edition.first, menu=edition.version, gateway_session_id="", at=now, last_input=inbound.message
        )

    def edition(self, session: Session) -> MenuVersion:
        """The edition of this session, or of today when its own is gone."""
        return self.menus.get(session.menu) or self.menus.current

    def menu_for(self, session: Session) -> tuple[Menu, str]:
        """The menu of this session; with a notice, and the first screen, when the session's own is gone."""
        edition = self.menus.get(session.menu)
        if edition:
            return edition.menu(session.language), ""
        menu = self.menus.current.menu(session.language)
        session.menu, screen = menu.version, menu.screens.get(session.screen)
        if screen and screen.says and bool(screen.rows) == bool(session.rows):
            return menu, ""
        session.screen, session.page, session.resume_prompted, session.return_screen = menu.first, 0, False, ""
        session.clear_journey()
        return menu, menu.phrases.changed

    def ttl_seconds(self, session: Session) -> float:
        """How long the store keeps it, in seconds: what is private or over, no longer than the call can need."""
        if not session.gateway_session_id:
            return float(CHAT_SECONDS)
        brief = session.closed or self._is_private(session)
        return float(self.settings.session_seconds if brief else self.settings.redial_seconds)

    def _lives(self, session: Session, now: float) -> bool:
        """Whether a call that the gateway goes on with is still that call.

        The store counts a session's life by a clock of its own: one that seems older than any that it keeps is as young
        as the others, and it is our clock that was put forward.
        """
        age, oldest = now - session.at, max(self.settings.session_seconds, self.settings.redial_seconds)
        return age <= self.settings.session_seconds or age > oldest

    def _can_carry_on(self, before: Session, now: float) -> bool:
        if before.closed or now - before.at > self.settings.redial_seconds:
            return False
        first = self.menus.current.first
        return (
            (before.return_screen or before.screen) != first
            and not before.awaiting_first_language
            and not self._is_private(before)
        )

    def _is_private(self, session: Session) -> bool:
        """Whether the screen shown, or the one left to choose a language, is for this citizen's eyes only."""
        private = self.edition(session).private
        return session.screen in private or session.return_screen in private


def answer_resume_prompt(menu: Menu, session: Session, typed: str) -> str:
    """The answer to « carry on? » of who called back after a cut call."""
    if typed == "1":
        session.resume_prompted = False
        return ""
    if typed in ("2", "00"):
        session.resume_prompted, session.screen, session.page = False, menu.first, 0
        session.clear_journey()
        return ""
    return input_error_notice(menu, session, typed) if not typed else menu.phrases.misheard
