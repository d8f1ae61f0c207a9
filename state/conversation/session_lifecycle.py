"""Which session a hop continues, with which menu, and how long the session is stored.

A call is open at the gateway; a session is stored by Zin. A call that continues has the same session. A citizen who
calls again soon after a cut call may resume. A call that this server does not know, or that was silent for too long,
starts a new session and processes its inputs one after the other. So does a new call under the id of an earlier one:
some gateways give an id again. On channels with messages a session lasts a day, and each message has an id.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from settings import Settings
from state.conversation.input import input_since_last_hop
from state.interfaces import MAX_TEXT, Inbound
from state.menu.active_versions import ActiveMenus
from state.menu.model import Menu
from state.menu.versions import MenuVersion
from state.rendering.render import input_error_notice
from state.session import AWAITED, MAX_SESSION_SECONDS, Session

MAX_INPUTS: Final = 48  # in one hop: a call of three minutes has fewer, even if its session is lost
LATE_SECONDS: Final = 10.0  # after the last hop, an earlier one may come again; no gateway waits longer for an answer
ECHO_SECONDS: Final = 1.0  # on a gateway that sends single inputs, an equal input within this time is a repetition


@dataclass(frozen=True, slots=True)
class SessionLifecycle:
    """Decides by call and age whether a session continues."""

    menus: ActiveMenus
    settings: Settings

    def is_duplicate(self, before: Session, inbound: Inbound, now: float) -> bool:
        """True if this hop was answered before: it has the same inputs, or the call has ended."""
        if inbound.message:
            return before.last_input == inbound.message
        if not self.is_same_call(before, inbound, now):
            return False
        same = before.last_input == inbound.text and (
            inbound.inputs_are_cumulative or 0.0 <= now - before.at < ECHO_SECONDS
        )
        return before.closed or same

    def is_same_call(self, before: Session, inbound: Inbound, now: float) -> bool:
        """True if this hop belongs to the call of this session, and the session has not expired."""
        return (
            before.gateway_session_id == inbound.session
            and self._is_alive(before, now)
            and not begins_again(before, inbound, now - before.at)
        )

    def resume_or_start(self, before: Session | None, inbound: Inbound, now: float) -> tuple[Session, list[str]]:
        """Return the session that this hop continues, with its input recorded, and the inputs to process."""
        if inbound.message:
            return self._chat_session(before, inbound, now), []
        if before and self.is_same_call(before, inbound, now):
            typed = input_since_last_hop(before.last_input, inbound.text, joined=inbound.inputs_are_cumulative)
            late = typed is None and before.last_input.startswith(inbound.text)  # a repeated earlier hop
            before.last_input = before.last_input if late else inbound.text
            return before, [] if typed is None else [typed[:MAX_TEXT]]
        if before and not inbound.text and self._is_resumable(before, now):
            before.resume_prompted, before.gateway_session_id, before.last_input = True, inbound.session, ""
            return before, []
        edition, text = self.menus.current, inbound.text
        fresh = _new_session(edition, inbound.session, text, now)
        inputs = text.split("*", MAX_INPUTS)[:MAX_INPUTS] if inbound.inputs_are_cumulative else [text]
        return fresh, [typed[:MAX_TEXT] for typed in inputs] if text else []

    def _chat_session(self, before: Session | None, inbound: Inbound, now: float) -> Session:
        """Return the session of a message."""
        if before and not before.closed and now - before.at <= MAX_SESSION_SECONDS:
            before.last_input = inbound.message
            return before
        return _new_session(self.menus.current, "", inbound.message, now)

    def edition(self, session: Session) -> MenuVersion:
        """Return the session's menu version, or the current one if that is gone."""
        return self.menus.get(session.menu) or self.menus.current

    def menu_for(self, session: Session) -> tuple[Menu, str]:
        """Return the session's menu and a notice. If its version is gone, the session moves to the current version."""
        edition = self.menus.get(session.menu)
        if edition:
            return edition.menu(session.language.chosen), ""
        menu = self.menus.current.menu(session.language.chosen)
        session.menu, screen = menu.version, menu.screens.get(session.screen)
        if screen and screen.says and bool(screen.rows) == bool(session.rows):
            return menu, ""
        session.screen, session.page, session.resume_prompted, session.language.return_screen = menu.first, 0, False, ""
        session.clear_journey()
        return menu, menu.phrases.changed

    def ttl_seconds(self, session: Session) -> float:
        """Return how long to store the session; a private or closed one no longer than the call can need."""
        if not session.gateway_session_id:
            return MAX_SESSION_SECONDS
        brief = session.closed or self._is_private(session)
        return float(self.settings.session_seconds if brief else self.settings.redial_seconds)

    def _is_alive(self, session: Session, now: float) -> bool:
        """True if the call has not expired.

        The store counts the life of a session by its own clock. An age above the longest life is therefore impossible:
        our clock was put forward, and the session counts as recent.
        """
        age, oldest = now - session.at, max(self.settings.session_seconds, self.settings.redial_seconds)
        return age <= self.settings.session_seconds or age > oldest

    def _is_resumable(self, before: Session, now: float) -> bool:
        if before.closed or now - before.at > self.settings.redial_seconds:
            return False
        first = self.menus.current.first
        return (
            (before.language.return_screen or before.screen) != first
            and not before.language.awaiting_first
            and not self._is_private(before)
            and not self._is_answered(before)
        )

    def _is_answered(self, session: Session) -> bool:
        """True if the call showed an answer to its end: a citizen who hung up there had the answer."""
        screen = self.edition(session).menu("").screens.get(session.screen)
        asks = screen is None or screen.rows or screen.free_input
        return session.served and bool(session.facts) and not asks and session.page == session.pages - 1

    def _is_private(self, session: Session) -> bool:
        """True if the current screen, or the one left for the language screen, is private."""
        private = self.edition(session).private
        return session.screen in private or session.language.return_screen in private


def _new_session(edition: MenuVersion, call: str, last_input: str, now: float) -> Session:
    """Return the session of who calls or writes now; call is empty on channels of messages."""
    return Session(edition.first, edition.version, call, at=now, last_input=last_input, answers={AWAITED: str(now)})


def begins_again(before: Session, inbound: Inbound, age: float) -> bool:
    """True if a new call begins with this hop under the id of this session's call; age: seconds since its last hop.

    A gateway that says where calls begin is believed, unless it repeats the first hop. With joined inputs, a text that
    does not continue the last one begins a call, unless it may be an earlier hop that comes late.
    """
    text, last = inbound.text, before.last_input
    if inbound.begins:
        is_first = before.hop == 1 or before.resume_prompted
        return not (is_first and text == last and (age < LATE_SECONDS or not before.closed))
    if not inbound.inputs_are_cumulative:
        return False
    if text == last:
        return before.closed and not text and age >= LATE_SECONDS
    if not last or text.startswith(f"{last}*"):
        return False
    if age < LATE_SECONDS and last.startswith(text):
        return before.closed and not text  # the first hop never comes late, after a call of several has ended
    return before.closed or age >= LATE_SECONDS


def answer_resume_prompt(menu: Menu, session: Session, typed: str) -> str:
    """Process the answer to « carry on? » after a cut call; returns the notice to show."""
    if typed == "1":
        session.resume_prompted = False
        return ""
    if typed in ("2", "00"):
        session.resume_prompted, session.screen, session.page = False, menu.first, 0
        session.clear_journey()
        return ""
    return input_error_notice(menu, session, typed) if not typed else menu.phrases.misheard
