"""One hop: what a citizen sent comes in, what the phone shows goes out.

load the session -> hear what was meant -> fire -> ask sources while the screen is a look-up -> show -> save, if
nobody was quicker. A hop that comes twice is answered with the bytes of the first time; one that lost the race for its
session starts again and then finds itself to be such a second time. All waiting is in the store and the sources.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from typing import Final

from settings import Settings
from state.asking import Asking, Guessing
from state.calls import Calls, carry_on
from state.errors import StoreUnavailable
from state.hearing import hear
from state.machine import fire
from state.menu import Menu
from state.menus import Menus
from state.messages import Inbound, Reply, Room, Source
from state.session import Session, freeze, thaw
from state.showing import close, last_words, misheard, show
from state.store import Store

RACES: Final = 20  # tries to save before giving up: every lost race is another hop's progress


class Conversation:
    """Everything that a hop needs; one serves all citizens, and holds nothing of any."""

    def __init__(
        self, menus: Menus, store: Store, sources: Source, settings: Settings, clock: Callable[[], float] = time.time
    ) -> None:
        self.menus = menus
        self._store, self._clock = store, clock
        self._calls, self._asking = Calls(menus, settings), Asking(store, sources)
        self._secret = settings.secret.get_secret_value().encode()[:64]

    async def answer(self, inbound: Inbound, room: Room) -> Reply:
        """What the citizen's phone shows next. Raises StoreUnavailable."""
        citizen = self._secretly(inbound)
        key = f"session:{citizen}"
        for _ in range(RACES):
            was, now = await self._store.load(key), self._clock()
            before = thaw(was)
            if before and self._calls.is_again(before, inbound, now):
                return before.reply()
            session, inputs = self._calls.taken_up(before, inbound, now)
            await self._hop(session, inputs, citizen, room)
            session.at, session.hop = now, session.hop + 1
            if await self._store.save(key, was, freeze(session), self._calls.life(session)):
                return session.reply()
        raise StoreUnavailable(f"lost {RACES} races for one session")

    def sorry(self, room: Room) -> Reply:
        """What is said when no answer can be had in time."""
        return Reply(last_words(self.menus.current.phrases.sorry, room), closes=True)

    async def _hop(self, session: Session, inputs: list[str], citizen: str, room: Room) -> None:
        """Hear the inputs one after the other, as far as they fit, and show where that leads."""
        menu, notice = self._calls.pinned(session)
        if notice or not inputs or session.hop == 0:
            show(menu, session, room, notice)
        for typed in () if notice else inputs:
            try:
                missed = await self._step(menu, session, typed.strip(), citizen)
            except Guessing:
                close(session, menu.phrases.guessing, room)
                return
            show(menu, session, room, missed)
            if missed or session.closed:
                return

    async def _step(self, menu: Menu, session: Session, typed: str, citizen: str) -> str:
        """Take one input; gives what to say above the screen when it meant nothing there."""
        if session.offered:
            return carry_on(menu, session, typed)
        heard = hear(menu.screens[session.screen], typed, session.rows)
        if heard is None or (heard.trigger == "more" and session.pages == 1):
            return misheard(menu, session, typed)
        if heard.trigger == "more":
            session.page = (session.page + 1) % session.pages
        elif heard.trigger == "back" and session.page:
            session.page -= 1
        else:
            session.answers |= heard.values
            session.shown |= heard.shown
            fire(menu.machine, session, heard.trigger)
            await self._asking.arrive(menu, session, citizen)
        return ""

    def _secretly(self, inbound: Inbound) -> str:
        """The citizen on this channel, as a name that does not tell the phone number."""
        name = f"{inbound.channel} {inbound.citizen}".encode()
        return hashlib.blake2b(name, key=self._secret, digest_size=16).hexdigest()
