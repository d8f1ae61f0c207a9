"""Prepares a sandbox phone: sets its language, and opens it on a chosen screen.

A screen that is opened directly has no earlier answers: it shows the longest values, as `zin check` does; a list that
needs no answer shows its real rows.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from hashlib import blake2b

from admin.simulator.sandbox import Sandbox, SandboxPhone
from state.conversation.lookups import MAX_ROWS, row_label
from state.errors import ZinError
from state.menu.model import Menu
from state.menu.schema import COUNT
from state.menu.versions import MenuVersion
from state.preferences import Preference, preference_entry
from state.rendering.longest_values import WorstCaseValues
from state.rendering.render import render
from state.session import MAX_SESSION_SECONDS, Session, serialize


class NotShown(ZinError):
    """A screen cannot be shown on a phone. The text is French, for the operator."""


@dataclass(frozen=True, slots=True)
class ScreenPosition:
    """The position of a phone: the screen, the gateway's id of the call, and the id of the last message."""

    screen: str
    call: str
    message: str


async def reset_phone(line: Sandbox, at: SandboxPhone, language: str) -> None:
    """Reset a sandbox phone: delete its session, deferred answers and opt-out, and set its language ("": a
    first-time caller).
    """
    await line.store.forget(line.session_key(at))
    await line.forget(at)
    citizen, chosen = line.names.across_channels(at.inbound), Preference(language)
    key, record, life = preference_entry(line.keys.preference(at.inbound), chosen)
    await line.store.compare_and_set(key, await line.store.get(key), record, life)
    line.preferences.keep(citizen, chosen)


async def open_at_screen(line: Sandbox, at: SandboxPhone, language: str, spot: ScreenPosition) -> None:
    """Open this phone on a screen. Raises NotShown."""
    edition, room = line.menus.current, line.screen_sizes[at.inbound.channel]
    menu = edition.menu(language)
    screen = menu.screens.get(spot.screen)
    if screen is None:
        raise NotShown(f"L'écran {spot.screen} n'existe pas dans ces menus.")
    if not screen.says:
        raise NotShown(f"L'écran {spot.screen} n'affiche rien : il interroge une source.")
    message_id = line.names.message(replace(at.inbound, message=spot.message)) if spot.message else ""
    session = Session(spot.screen, menu.version, spot.call, time.time(), last_input=message_id, hop=1)
    session.language.chosen = language
    session.chat.mark = blake2b(message_id.encode(), digest_size=3).hexdigest()
    longest = WorstCaseValues(menu, edition.questions)
    _fill(edition, session, longest)
    if screen.rows:
        await _list(line, menu, session, longest.of(screen, room.kind)[1])
    render(menu, session, room)
    await line.store.compare_and_set(
        line.session_key(at), await line.store.get(line.session_key(at)), serialize(session), MAX_SESSION_SECONDS
    )


def _fill(edition: MenuVersion, session: Session, longest: WorstCaseValues) -> None:
    """Set every value of the session to its longest; facts of a source are replaced at the next look-up."""
    gives = [item for one in edition.questions.values() if not one.rows for item in one.gives.items()]
    session.facts = {name: max(fact.among, key=len, default=fact.longest) for name, fact in gives}
    values = {name: value for name, value in longest.values.items() if name not in session.facts and name != COUNT}
    session.shown, session.answers = values, dict(values)


async def _list(line: Sandbox, menu: Menu, session: Session, longest: tuple[str, ...]) -> None:
    """Set the rows of a list: real ones if they need no answer."""
    screen = menu.screens[session.screen]
    if screen.question and not screen.question.needs:
        outcome = await line.sources.ask(screen.question.name, {})
        session.rows = [(row["id"], row_label(menu, screen, row)) for row in outcome.rows[:MAX_ROWS]]
    if not session.rows:
        session.rows = [(str(place), label.partition(" ")[2]) for place, label in enumerate(longest, 1)]
