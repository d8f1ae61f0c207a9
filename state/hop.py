"""One hop: what a citizen sent comes in, what the phone shows goes out.

load the session -> hear what was meant -> fire -> ask sources while the screen is a look-up -> show -> save, if
nobody was quicker. A hop that comes twice is answered with the bytes of the first time; one that lost the race for its
session starts again and then finds itself to be such a second time. All waiting is at the plug points.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple

from settings import Settings
from state.asking import Asking, Guessing, settled
from state.calls import Calls, carry_on
from state.choosing import Choosing, come_back, leave
from state.citizens import Names
from state.errors import StoreUnavailable
from state.hearing import Heard, asks_language, hear
from state.languages import SOURCE
from state.machine import fire
from state.menu import Menu
from state.menus import Menus
from state.messages import Inbound, Preferences, Reply, Room, Source
from state.screens import CHOSEN
from state.session import Session, freeze, thaw
from state.showing import close, last_words, misheard, show
from state.store import Store

RACES: Final = 20  # tries to save before giving up: every lost race is another hop's progress


@dataclass(frozen=True, slots=True)
class Outside:
    """What a conversation reaches for between two moves."""

    store: Store
    sources: Source
    preferences: Preferences


class Hop(NamedTuple):
    """What stays the same throughout a hop; citizen is the name on this channel that tells no phone number."""

    inbound: Inbound
    citizen: str
    room: Room


class Conversation:
    """Everything that a hop needs; one serves all citizens, and holds nothing of any."""

    def __init__(
        self, menus: Menus, outside: Outside, settings: Settings, clock: Callable[[], float] = time.time
    ) -> None:
        self.menus = menus
        self._store, self._clock = outside.store, clock
        self._calls, self._asking = Calls(menus, settings), Asking(outside.store, outside.sources)
        self._names = Names(settings.secret.get_secret_value())
        self._choosing = Choosing(outside.preferences, self._names)

    async def answer(self, inbound: Inbound, room: Room) -> Reply:
        """What the citizen's phone shows next. Raises StoreUnavailable."""
        citizen = self._names.here(inbound)
        key = f"session:{citizen}"
        for _ in range(RACES):
            was, now = await self._store.load(key), self._clock()
            before = thaw(was)
            if before and self._calls.is_again(before, inbound, now):
                return before.reply()
            session, inputs = self._calls.taken_up(before, inbound, now)
            await self._hop(session, inputs, Hop(inbound, citizen, room))
            session.at, session.hop = now, session.hop + 1
            if await self._store.save(key, was, freeze(session), self._calls.life(session)):
                return session.reply()
        raise StoreUnavailable(f"lost {RACES} races for one session")

    def sorry(self, room: Room) -> Reply:
        """What is said when no answer can be had in time; in French, since nothing can be asked any more."""
        menu = self.menus.current.menu(SOURCE)
        return Reply(last_words(menu, menu.phrases.sorry, room), closes=True)

    async def _hop(self, session: Session, inputs: list[str], hop: Hop) -> None:
        """Hear the inputs one after the other, as far as they fit, and show where that leads."""
        if session.hop == 0:
            await self._choosing.greet(self.menus.current, session, hop.inbound)
        menu, notice = self._calls.pinned(session)
        if session.began and session.hop == 0 and not settled(menu, session):
            await self._asking.follow(menu, session, hop.citizen)
        if notice or not inputs or session.hop == 0:
            show(menu, session, hop.room, notice)
        spoken = session.language
        for typed in () if notice else inputs:
            try:
                missed = await self._step(menu, session, typed.strip(), hop)
            except Guessing:
                close(menu, session, menu.phrases.guessing, hop.room)
                return
            if session.language != spoken:  # another was chosen just now
                (menu, _), spoken = self._calls.pinned(session), session.language
            show(menu, session, hop.room, missed)
            if missed or session.closed:
                return

    async def _step(self, menu: Menu, session: Session, typed: str, hop: Hop) -> str:
        """Take one input; gives what to say above the screen when it meant nothing there."""
        if asks_language(typed):
            if not leave(menu, session):
                return ""
        elif session.offered:
            return carry_on(menu, session, typed)
        else:
            heard = hear(menu.screens[session.screen], typed, session.rows)
            if heard is None or (heard.trigger == "more" and session.pages == 1):
                return misheard(menu, session, typed)
            if leaf(session, heard):
                return ""
            menu = await self._choose(menu, session, heard, hop) if CHOSEN in heard.values else menu
            go(menu, session, heard)
        if not settled(menu, session):
            await self._asking.follow(menu, session, hop.citizen)
        return ""

    async def _choose(self, menu: Menu, session: Session, heard: Heard, hop: Hop) -> Menu:
        """Take the language that this chose; gives the menu in it."""
        edition = self.menus.of(session.menu) or self.menus.current
        await self._choosing.choose(edition, session, heard.values[CHOSEN], hop.inbound)
        return edition.menu(session.language)


def leaf(session: Session, heard: Heard) -> bool:
    """Turn to another page of the same screen, if that is what was meant."""
    if heard.trigger == "more":
        session.page = (session.page + 1) % session.pages
    elif heard.trigger == "back" and session.page:
        session.page -= 1
    else:
        return False
    return True


def go(menu: Menu, session: Session, heard: Heard) -> None:
    """Keep what was answered, and move where it leads."""
    session.answers |= heard.values
    session.shown |= heard.shown
    if not come_back(menu, session, heard):
        fire(menu.machine, session, heard.trigger)
