"""One hop: takes a citizen's input and returns the screen for the phone.

Steps: load the session, parse the input, fire the trigger, ask sources while the screen is a look-up, render, save with
compare-and-set. A chosen language is saved in the same step, and goes to SQL later. A repeated hop gets the same bytes
as the first time, unless their facts were withdrawn since. A hop that loses the race for its session starts again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from typing import Any, Final, cast

from settings import Settings
from state.citizen_keys import CitizenKeys
from state.conversation.chat import ChatDialogue
from state.conversation.deferred_answers import OutgoingMessages
from state.conversation.deferred_lookups import DeferredLookups
from state.conversation.effect_runner import EffectRunner
from state.conversation.heard_messages import HeardMessage, HeardMessages
from state.conversation.hop import Arrival, HopContext
from state.conversation.lookups import LookupRunner
from state.conversation.navigation import Navigator
from state.conversation.retriable_outcomes import PatientSource
from state.conversation.session_lifecycle import SessionLifecycle
from state.conversation.trace import UNCOUNTED, HopTrace, UsageRecorder
from state.conversation.ussd import UssdDialogue
from state.errors import StoreUnavailable
from state.identity import Pseudonyms
from state.interfaces import Inbound, Reply, ScreenSize, Source
from state.menu.active_versions import ActiveMenus
from state.preferences import Preference, Preferences, deserialize_preference, preference_entry
from state.rate_limit import RateLimits
from state.rendering.render import final_page, render
from state.session import Session, deserialize, serialize
from state.store.interface import Store
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
        self._names = names = Pseudonyms(settings.secrets.pepper)
        self._keys = CitizenKeys(names, is_sharded=outside.store.is_sharded)
        self.heard = HeardMessages(outside.store, names)
        limits = outside.limits or RateLimits(outside.store, names, clock)
        self._sessions, lookups = SessionLifecycle(menus, settings), LookupRunner(tally)
        self._navigator = navigator = Navigator(menus, lookups)
        self._ussd = UssdDialogue(self._sessions, navigator)
        self._chat = ChatDialogue(self._sessions, navigator)
        self._preferences = outside.preferences
        self._runner = EffectRunner(outside.sources, limits, outside.preferences, outside.post)
        self._patient = EffectRunner(PatientSource(outside.sources), limits, outside.preferences, outside.post)
        self.deferred_lookups = DeferredLookups(menus, lookups, self._runner)

    def handle(self, inbound: Inbound, room: ScreenSize) -> Coroutine[Any, Any, Reply]:
        """Return the citizen's next screen. Raises StoreUnavailable."""
        return cast(Coroutine[Any, Any, Reply], self._answer(inbound, room, None))  # only a message may have no reply

    def handle_message(
        self, inbound: Inbound, room: ScreenSize, remembers: float, *, postponed: bool = False, waits: bool = False
    ) -> Coroutine[Any, Any, Reply | None]:
        """Answer a message: the same bytes if it comes again at once, None if it was answered before other messages.

        It is marked for `remembers` seconds. A worker always gets the same answer to a postponed message, and nobody
        else does then. Raises StoreUnavailable, SourceUnavailable for an opt-out, and TablesUnavailable if it waits.
        """
        return self._answer(inbound, room, self.heard.message(inbound, remembers, postponed=postponed, waits=waits))

    async def _answer(self, inbound: Inbound, room: ScreenSize, heard: HeardMessage | None) -> Reply | None:
        citizen = self._names.on_channel(inbound)
        key, store = self._keys.session(inbound, citizen), self._store
        inbound = replace(inbound, message=heard.name) if heard else inbound
        arrival = Arrival(inbound, room, citizen, key, heard)
        for _ in range(MAX_SAVE_ATTEMPTS):
            if inbound.text or heard:
                was, preference = await store.get(key), None
            else:  # without an input, it begins a call as a rule
                was, preference = await store.get_both(key, self._keys.preference(inbound))
            before, now = deserialize(was), self._clock()
            if before and self._sessions.is_duplicate(before, inbound, now):
                if heard and heard.is_queued(await store.get(heard.key)):
                    return None
                reply = await self._repeat(arrival, before, was)
            elif heard and (mark := await store.get(heard.key)):
                return heard.reply(mark)
            else:
                reply = await self._go_on(arrival, before, was, preference, now)
            if reply:
                return reply
        raise StoreUnavailable(f"lost {MAX_SAVE_ATTEMPTS} races for one session")

    async def _repeat(self, arrival: Arrival, before: Session, was: bytes) -> Reply | None:
        """Return the answer that this hop had, refreshed if its facts were withdrawn; None if another hop was saved."""
        if not await self._refresh_answer(before, arrival.room):
            return before.reply()
        life = self._sessions.ttl_seconds(before)
        beside = (arrival.heard.entry(before),) if arrival.heard else ()
        is_saved = await self._store.compare_and_set(arrival.key, was, serialize(before), life, *beside)
        return before.reply() if is_saved else None

    async def _go_on(
        self, arrival: Arrival, before: Session | None, was: bytes, preference: bytes | None, now: float
    ) -> Reply | None:
        """Process the input and save the session; None if another hop was saved meanwhile."""
        inbound, room, citizen, key, heard = arrival
        walk = HopTrace(inbound.channel, before)  # before the session takes the new call's id
        session, inputs = self._sessions.resume_or_start(before, inbound, now)
        known = None if session.hop else await self._known(inbound, preference)
        hop = HopContext(inbound, citizen, room, walk, self._names, [], known)
        dialogue = self._chat.process(session, hop) if heard else self._ussd.process(session, inputs, hop)
        await (self._patient if heard and heard.waits else self._runner).run(dialogue)
        session.at, session.hop = now, session.hop + 1
        walk.finish(inbound, session, session is not before)
        chosen = (preference_entry(self._keys.preference(inbound), hop.chosen[-1]),) if hop.chosen else ()
        beside = (heard.entry(session), *chosen) if heard else chosen
        life = self._sessions.ttl_seconds(session)
        if not await self._store.compare_and_set(key, was, serialize(session), life, *beside):
            return None
        self._record(hop, now)  # after the save, so that a hop that starts again counts once
        return session.reply()

    async def _known(self, inbound: Inbound, loaded: bytes | None) -> Preference | None:
        """Return the citizen's preference in the store, None if it has none."""
        if loaded is None:
            loaded = await self._store.get(self._keys.preference(inbound))
        return deserialize_preference(loaded)

    def _record(self, hop: HopContext, now: float) -> None:
        """Count a hop that was saved, and let its choice of a language be stored in SQL."""
        walk = hop.walk
        self._tally.record_hop(walk, now)
        if walk.has_details:
            if walk.begins or walk.subjects:
                self._tally.record_citizen(hop.asker, walk.subjects, now)
            if walk.sought:
                self._tally.record_failed_search(walk.sought, hop.asker, now)
        if hop.chosen:
            self._preferences.keep(hop.asker, hop.chosen[-1])

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
        key = self._keys.session(inbound, self._names.on_channel(inbound))
        before = deserialize(await self._store.get(key))
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
