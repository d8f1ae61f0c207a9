"""One hop: takes a citizen's input and returns the screen for the phone.

Steps: load the session, parse the input, fire the trigger, ask sources while the screen is a look-up, render, save with
compare-and-set. A repeated hop gets the same bytes as the first time, unless their facts were withdrawn since. A hop
that loses the race for its session starts again, and may then find that it is a repeated hop. Only the ports wait.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from typing import Any, Final, cast

from settings import Settings
from state.conversation.chat import ChatDialogue
from state.conversation.deferred_answers import OutgoingMessages
from state.conversation.deferred_lookups import DeferredLookups
from state.conversation.effect_runner import EffectRunner
from state.conversation.language_choice import LanguageChoice
from state.conversation.lookups import LookupRunner
from state.conversation.navigation import HopContext, Navigator
from state.conversation.session_lifecycle import SessionLifecycle
from state.conversation.trace import UNCOUNTED, HopTrace, UsageRecorder
from state.conversation.ussd import UssdDialogue
from state.errors import StoreUnavailable
from state.identity import Pseudonyms
from state.interfaces import Inbound, Reply, ScreenSize, Source
from state.menu.versions import ActiveMenus
from state.preferences import Preferences
from state.rate_limit import RateLimits
from state.rendering.render import final_page, render
from state.session import Session, deserialize, serialize
from state.store.redis import DedupKey, Store
from state.text.languages import SOURCE

MAX_SAVE_ATTEMPTS: Final = 20  # each lost race means that another hop was saved


@dataclass(frozen=True, slots=True)
class ConversationPorts:
    """What a conversation waits for. The limits are built from the store and the pseudonyms unless they are given."""

    store: Store
    sources: Source
    preferences: Preferences
    post: OutgoingMessages
    limits: RateLimits | None = None


class Conversation:
    """Entry point of a hop; one object serves all citizens and stores nothing about them."""

    def __init__(
        self,
        menus: ActiveMenus,
        outside: ConversationPorts,
        settings: Settings,
        clock: Callable[[], float] = time.time,
        tally: UsageRecorder = UNCOUNTED,
    ) -> None:
        self.menus, self._tally = menus, tally
        self._store, self._clock = outside.store, clock
        self._names = Pseudonyms(settings.secrets.pepper)
        limits = outside.limits or RateLimits(outside.store, self._names, clock)
        self._sessions, lookups = SessionLifecycle(menus, settings), LookupRunner(tally)
        language = LanguageChoice(self._names)
        self._navigator = navigator = Navigator(menus, lookups, language)
        self._ussd = UssdDialogue(self._sessions, navigator, language)
        self._chat = ChatDialogue(self._sessions, navigator, language)
        self._runner = EffectRunner(outside.sources, limits, outside.preferences, outside.post)
        self.deferred_lookups = DeferredLookups(menus, lookups, self._runner)

    def handle(self, inbound: Inbound, room: ScreenSize) -> Coroutine[Any, Any, Reply]:
        """Return the citizen's next screen. Raises StoreUnavailable."""
        answering = self._answer(inbound, room, None)
        return cast(Coroutine[Any, Any, Reply], answering)  # None is returned for messages only

    def handle_message(self, inbound: Inbound, room: ScreenSize, remembers: float) -> Coroutine[Any, Any, Reply | None]:
        """Answer a message: the same bytes if it comes again at once, None if it was answered before other messages.

        The message's pseudonym is stored for `remembers` seconds. Raises StoreUnavailable.
        """
        return self._answer(inbound, room, remembers)

    async def _answer(self, inbound: Inbound, room: ScreenSize, remembers: float | None) -> Reply | None:
        citizen = self._names.on_channel(inbound)
        key, mark, save = f"session:{citizen}", None, self._store.compare_and_set
        if remembers:
            inbound = replace(inbound, message=self._names.message(inbound))
            mark = DedupKey(f"heard:{inbound.message}", remembers)
        for _ in range(MAX_SAVE_ATTEMPTS):
            was, now = await self._store.get(key), self._clock()
            before = deserialize(was)
            if before and self._sessions.is_duplicate(before, inbound, now):
                if not await self._refresh_answer(before, room):
                    return before.reply()
                if await save(key, was, serialize(before), self._sessions.ttl_seconds(before), mark):
                    return before.reply()
                continue
            if mark and await self._store.get(mark.key):
                return None
            walk = HopTrace(inbound.channel, before)
            hop = HopContext(inbound, citizen, room, walk, self._names)
            session, inputs = self._sessions.resume_or_start(before, inbound, now)
            dialogue = self._chat.process(session, hop) if mark else self._ussd.process(session, inputs, hop)
            await self._runner.run(dialogue)
            session.at, session.hop = now, session.hop + 1
            walk.finish(inbound, session, session is not before)
            if await save(key, was, serialize(session), self._sessions.ttl_seconds(session), mark):
                self._tally.record_hop(walk, now)  # after the save, so that a hop that starts again counts once
                if walk.has_details and walk.sought:
                    self._tally.record_failed_search(walk.sought, self._names.across_channels(inbound), now)
                return session.reply()
        raise StoreUnavailable(f"lost {MAX_SAVE_ATTEMPTS} races for one session")

    async def _refresh_answer(self, session: Session, room: ScreenSize) -> bool:
        """Refresh the last answer if its facts were withdrawn; returns True if the session has a new one."""
        if not session.basis or session.closed:
            return False
        menu, _ = self._sessions.menu_for(session)
        if not await self._runner.run(self._navigator.refresh_facts(menu, session, session.facts)):
            return False
        render(menu, session, room)
        return True

    async def has_open_call(self, inbound: Inbound) -> bool:
        """True if this hop continues a call that began before. Raises StoreUnavailable."""
        before = deserialize(await self._store.get(f"session:{self._names.on_channel(inbound)}"))
        return before is not None and self._sessions.is_same_call(before, inbound, self._clock())

    def overloaded_reply(self, room: ScreenSize) -> Reply:
        """Reply when there are too many hops at once: asks the citizen, in French, to call again later."""
        menu = self.menus.current.menu(SOURCE)
        return Reply(final_page(menu, menu.phrases.crowded, room), ends_session=True)

    def rate_limited_reply(self, room: ScreenSize) -> Reply:
        """Reply to a citizen who sent too many messages, in French; the message is not processed."""
        menu = self.menus.current.menu(SOURCE)
        return Reply(final_page(menu, menu.phrases.enough, room), ends_session=True)

    def unavailable_reply(self, room: ScreenSize) -> Reply:
        """Reply when no answer comes in time; in French, because the stored language cannot be read."""
        menu = self.menus.current.menu(SOURCE)
        return Reply(final_page(menu, menu.phrases.sorry, room), ends_session=True)
