"""One hop: what a citizen sent comes in, what the phone shows goes out.

load the session -> hear what was meant -> fire -> ask sources while the screen is a look-up -> show -> save, if
nobody was quicker. A hop that comes twice is answered with the bytes of the first time, unless what they say was taken
back since; one that lost the race for its session starts again and then finds itself to be such a second time. All
waiting is at the plug points.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from typing import Any, Final, cast

from settings import Settings
from state.conversation.chat import Chat
from state.conversation.deferred_answers import Post
from state.conversation.deferred_lookups import Keeping
from state.conversation.language_choice import Choosing
from state.conversation.lookups import Asking
from state.conversation.message_requests import Sending
from state.conversation.navigation import Hop, Steps
from state.conversation.session_lifecycle import Calls
from state.conversation.suggestions import Suggesting
from state.conversation.trace import UNCOUNTED, Tally, Walk
from state.conversation.ussd import Call
from state.errors import StoreUnavailable
from state.identity import Names
from state.interfaces import Inbound, Preferences, Reply, Room, Source
from state.menu.versions import Menus
from state.rate_limit import RateLimits
from state.rendering.render import last_words, show
from state.session import Session, freeze, thaw
from state.store.redis import Mark, Store
from state.text.languages import SOURCE

RACES: Final = 20  # tries to save before giving up: every lost race is another hop's progress


@dataclass(frozen=True, slots=True)
class Outside:
    """What a conversation reaches for between two moves; limits are on its store and its citizens unless given."""

    store: Store
    sources: Source
    preferences: Preferences
    post: Post
    limits: RateLimits | None = None


class Conversation:
    """Everything that a hop needs; one serves all citizens, and holds nothing of any."""

    def __init__(
        self,
        menus: Menus,
        outside: Outside,
        settings: Settings,
        clock: Callable[[], float] = time.time,
        tally: Tally = UNCOUNTED,
    ) -> None:
        self.menus, self._tally = menus, tally
        self._store, self._clock = outside.store, clock
        self._names = Names(settings.secrets.pepper)
        limits = outside.limits or RateLimits(outside.store, self._names, clock)
        self._calls, asking = Calls(menus, settings), Asking(outside.sources, limits, tally)
        choosing = Choosing(outside.preferences, self._names)
        self._steps = steps = Steps(menus, asking, choosing, Sending(outside.post))
        self._call = Call(menus, self._calls, steps, choosing)
        self._chat = Chat(self._calls, steps, choosing, Suggesting(outside.sources), outside.post)
        self.keeping = Keeping(menus, asking)

    def answer(self, inbound: Inbound, room: Room) -> Coroutine[Any, Any, Reply]:
        """What the citizen's phone shows next. Raises StoreUnavailable."""
        answering = self._answer(inbound, room, None)
        return cast(Coroutine[Any, Any, Reply], answering)  # only a message can have been answered long ago

    def answer_once(self, inbound: Inbound, room: Room, remembers: float) -> Coroutine[Any, Any, Reply | None]:
        """The answer to a message, the same bytes when it comes again at once; None when it was answered before others.

        A message is known by its name for so many seconds. Raises StoreUnavailable.
        """
        return self._answer(inbound, room, remembers)

    async def _answer(self, inbound: Inbound, room: Room, remembers: float | None) -> Reply | None:
        citizen = self._names.here(inbound)
        key, mark = f"session:{citizen}", None
        if remembers:
            inbound = replace(inbound, message=self._names.message(inbound))
            mark = Mark(f"heard:{inbound.message}", remembers)
        for _ in range(RACES):
            was, now = await self._store.load(key), self._clock()
            before = thaw(was)
            if before and self._calls.is_again(before, inbound, now):
                if not await self._renewed(before, room):
                    return before.reply()
                if await self._store.save(key, was, freeze(before), self._calls.life(before), mark):
                    return before.reply()
                continue
            if mark and await self._store.load(mark.key):
                return None
            walk = Walk(inbound.channel, before)
            hop = Hop(inbound, citizen, room, walk, self._names)
            session, inputs = self._calls.taken_up(before, inbound, now)
            await (self._chat.hear(session, hop) if mark else self._call.hear(session, inputs, hop))
            session.at, session.hop = now, session.hop + 1
            walk.end(inbound, session, session is not before)
            if await self._store.save(key, was, freeze(session), self._calls.life(session), mark):
                self._tally.walked(walk, now)  # only now: a hop that is heard again is counted once
                if walk.rare and walk.sought:
                    self._tally.sought(walk.sought, self._names.anywhere(inbound), now)
                return session.reply()
        raise StoreUnavailable(f"lost {RACES} races for one session")

    async def _renewed(self, session: Session, room: Room) -> bool:
        """Whether the last answer was taken back, and the session holds what is told now."""
        if not session.basis or session.closed:
            return False
        menu, _ = self._calls.pinned(session)
        if not await self._steps.renew(menu, session, session.facts):
            return False
        show(menu, session, room)
        return True

    async def goes_on(self, inbound: Inbound) -> bool:
        """Whether this hop is one of a call that began before. Raises StoreUnavailable."""
        before = thaw(await self._store.load(f"session:{self._names.here(inbound)}"))
        return before is not None and self._calls.is_same_call(before, inbound, self._clock())

    def crowded(self, room: Room) -> Reply:
        """What is said to who cannot be heard now because of all the others: when to come back; in French."""
        menu = self.menus.current.menu(SOURCE)
        return Reply(last_words(menu, menu.phrases.crowded, room), closes=True)

    def enough(self, room: Room) -> Reply:
        """What is said to who wrote too often, in French, and without hearing what was written."""
        menu = self.menus.current.menu(SOURCE)
        return Reply(last_words(menu, menu.phrases.enough, room), closes=True)

    def sorry(self, room: Room) -> Reply:
        """What is said when no answer can be had in time; in French, since nothing can be asked any more."""
        menu = self.menus.current.menu(SOURCE)
        return Reply(last_words(menu, menu.phrases.sorry, room), closes=True)
