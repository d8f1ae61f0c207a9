"""The language of a session: known when it starts, or chosen on the language screen.

A citizen who calls for the first time sees the language screen first. A citizen who dials further inputs with the code
gets the answer in French at once, with a line that says how to change the language.
"""

from __future__ import annotations

import structlog

from state.conversation.effects import Dialogue, ReadPreference
from state.conversation.hop import HopContext
from state.conversation.input import ParsedInput
from state.errors import SourceUnavailable
from state.menu.machine import fire
from state.menu.model import Menu
from state.menu.versions import MenuVersion
from state.preferences import Preference
from state.session import Session

log = structlog.get_logger()


def start_in_language(edition: MenuVersion, session: Session, hop: HopContext, *, silent: bool) -> Dialogue[None]:
    """Set the language and the first screen of a new session; silent: the citizen sent no input yet."""
    if len(edition.offered) < 2:
        return
    try:
        known: Preference = hop.known or (yield ReadPreference(hop.asker))
    except SourceUnavailable as down:
        log.warning("language not known", why=str(down))
        session.language.show_hint = True
        return
    chosen = known.language in edition.offered
    session.language.chosen = known.language if chosen else ""
    # a lost session starts again from its first input, which in such a call is the choice of a language
    session.language.awaiting_first = (
        not chosen if silent else session.gateway_session_id != "" and known.call == hop.names.call(hop.inbound)
    )
    session.language.show_hint = not (chosen or session.language.awaiting_first)
    if session.language.awaiting_first:
        session.screen = edition.menu("").languages
        if silent and session.gateway_session_id:
            hop.chosen.append(Preference("", hop.names.call(hop.inbound)))


def choose_language(edition: MenuVersion, session: Session, language: str, hop: HopContext) -> None:
    """Set the session's language, if Zin offers it, and let it be stored with the session."""
    if language not in edition.offered:
        return
    session.language.chosen = language
    is_first = session.gateway_session_id and session.language.awaiting_first
    hop.chosen.append(Preference(language, hop.names.call(hop.inbound) if is_first else ""))


def open_language_screen(menu: Menu, session: Session) -> bool:
    """Go to the language screen; returns False if the session is there already."""
    if session.screen == menu.languages:
        return False
    session.language.return_screen, session.resume_prompted, session.language.show_hint = session.screen, False, False
    session.survey = ()
    fire(menu.machine, session, "language")
    return True


def leave_language_screen(menu: Menu, session: Session) -> None:
    """Leave the language screen, if the session is there, for the screen that was open before or the first one."""
    left, session.language.return_screen, session.language.awaiting_first = session.language.return_screen, "", False
    session.language.show_hint = False
    if session.screen == menu.languages:
        session.screen = left or menu.first


def return_from_language_screen(menu: Menu, session: Session, parsed: ParsedInput) -> bool:
    """Leave the language screen; returns True if the session is back on the screen that was open before."""
    left, was = session.language.return_screen, session.screen
    session.language.return_screen, session.language.awaiting_first = "", False
    session.language.show_hint = session.language.show_hint and session.hop == 0
    if not left or was != menu.languages or parsed.trigger not in ("choice", "back"):
        return False
    session.screen = left
    return True
