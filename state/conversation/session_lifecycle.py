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
from state.conversation.input import new_input
from state.interfaces import MAX_TEXT, Inbound
from state.menu.model import Menu
from state.menu.versions import Edition, Menus
from state.rendering.render import misheard
from state.session import Session

CHAT_SECONDS: Final = 24 * 3600  # after the last message of a citizen, a bot may answer freely for as long
MAX_INPUTS: Final = 48  # heard in one hop: a call of three minutes, lost and heard again, has fewer
ECHO_SECONDS: Final = 1.0  # on a gateway that sends single inputs, nobody reads a screen and answers within this time


@dataclass(frozen=True, slots=True)
class Calls:
    """What is decided of a session by its call and its age."""

    menus: Menus
    settings: Settings

    def is_again(self, before: Session, inbound: Inbound, now: float) -> bool:
        """Whether this hop was answered already: the same inputs, or anything after the last word of a call."""
        if inbound.message:
            return before.heard == inbound.message
        if not self.is_same_call(before, inbound, now):
            return False
        same = before.heard == inbound.text and (inbound.joined or 0.0 <= now - before.at < ECHO_SECONDS)
        return before.closed or same

    def is_same_call(self, before: Session, inbound: Inbound, now: float) -> bool:
        """Whether this hop belongs to the call of this session, which is not over for us."""
        return before.call == inbound.session and self._lives(before, now)

    def taken_up(self, before: Session | None, inbound: Inbound, now: float) -> tuple[Session, list[str]]:
        """The session that this hop goes on with, which now has heard it, and the inputs to take."""
        if inbound.message:
            return self._talk(before, inbound, now), []
        if before and self.is_same_call(before, inbound, now):
            typed = new_input(before.heard, inbound.text, joined=inbound.joined)
            late = typed is None and before.heard.startswith(inbound.text)  # an earlier hop, sent again
            before.heard = before.heard if late else inbound.text
            return before, [] if typed is None else [typed[:MAX_TEXT]]
        if before and not inbound.text and self._can_carry_on(before, now):
            before.offered, before.call, before.heard = True, inbound.session, ""
            return before, []
        edition, text = self.menus.current, inbound.text
        fresh = Session(screen=edition.first, menu=edition.version, call=inbound.session, at=now, heard=text)
        inputs = text.split("*", MAX_INPUTS)[:MAX_INPUTS] if inbound.joined else [text]
        return fresh, [typed[:MAX_TEXT] for typed in inputs] if text else []

    def _talk(self, before: Session | None, inbound: Inbound, now: float) -> Session:
        """The session of a message."""
        if before and not before.closed and now - before.at <= CHAT_SECONDS:
            before.heard = inbound.message
            return before
        edition = self.menus.current
        return Session(screen=edition.first, menu=edition.version, call="", at=now, heard=inbound.message)

    def edition(self, session: Session) -> Edition:
        """The edition of this session, or of today when its own is gone."""
        return self.menus.of(session.menu) or self.menus.current

    def pinned(self, session: Session) -> tuple[Menu, str]:
        """The menu of this session; with a notice, and the first screen, when the session's own is gone."""
        edition = self.menus.of(session.menu)
        if edition:
            return edition.menu(session.language), ""
        menu = self.menus.current.menu(session.language)
        session.menu, screen = menu.version, menu.screens.get(session.screen)
        if screen and screen.says and bool(screen.rows) == bool(session.rows):
            return menu, ""
        session.screen, session.page, session.offered, session.left = menu.first, 0, False, ""
        session.forget()
        return menu, menu.phrases.changed

    def life(self, session: Session) -> float:
        """How long the store keeps it, in seconds: what is private or over, no longer than the call can need."""
        if not session.call:
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
        return (before.left or before.screen) != first and not before.began and not self._is_private(before)

    def _is_private(self, session: Session) -> bool:
        """Whether the screen shown, or the one left to choose a language, is for this citizen's eyes only."""
        private = self.edition(session).private
        return session.screen in private or session.left in private


def carry_on(menu: Menu, session: Session, typed: str) -> str:
    """The answer to « carry on? » of who called back after a cut call."""
    if typed == "1":
        session.offered = False
        return ""
    if typed in ("2", "00"):
        session.offered, session.screen, session.page = False, menu.first, 0
        session.forget()
        return ""
    return misheard(menu, session, typed) if not typed else menu.phrases.misheard
