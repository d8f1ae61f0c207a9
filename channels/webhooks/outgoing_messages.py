"""Messages that citizens ask for, and their deferred answers.

Both are stored in SQL before the hop that asks for them is saved. A citizen who opted out gets none. The settings limit
the messages to one citizen in an hour, answers included: each SMS costs money, and each chat message takes time.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final, Literal

import orjson

from channels.contracts.phone_numbers import number_of_address
from channels.contracts.sender import Message
from channels.deferred.repository import DeferredRepository, NewDeferred
from channels.outbox.opt_outs import Closing, OptOuts
from channels.outbox.repository import Outbox
from settings import Settings
from state.conversation.deferred_answers import OF_CALL, DeferredRequest, RequestResult
from state.identity import Pseudonyms
from state.interfaces import Recipient
from state.store.interface import Store

HOUR: Final = 3600.0
FIRST_LOOK: Final = 30.0  # seconds before a failed look-up is asked again
LONGEST_CALL: Final = 180.0  # seconds; after that, the same request is of another call
SOON: Final = 60.0  # seconds before the only look-up for news that was just published; later news is announced
ANSWER_LIFE, CHANGES_LIFE = 24 * HOUR, 180 * 24 * HOUR


class OutgoingMessageService:
    """The OutgoingMessages (state/conversation/deferred_answers.py) over the outbox and the deferred answers."""

    def __init__(
        self, outbox: Outbox, promises: DeferredRepository, optouts: OptOuts, store: Store, settings: Settings
    ) -> None:
        self._outbox, self._promises, self._optouts, self._store = outbox, promises, optouts, store
        self._names = Pseudonyms(settings.secrets.pepper)
        self._most_sms, self._most_chat = settings.sms_replies_per_hour, settings.chat_replies_per_hour
        self._most_news = settings.news_per_citizen

    async def send(self, key: str, to: Recipient, words: str, basis: int = 0) -> RequestResult:
        """Put one message into the outbox, unless the citizen opted out or reached the limit."""
        if refused := await self._refused(to, key):
            return refused
        message = Message(
            f"send:{key}", to.gateway, to.address, words, is_awaited=True, last_inbound_at=to.heard_at, basis=basis
        )
        if not await self._outbox.enqueue(message) and key.startswith(OF_CALL):
            await self._enqueue_anew(message)
        return "kept"

    async def promise(self, promise: DeferredRequest) -> RequestResult:
        """Store a deferred answer, unless the citizen opted out or reached a limit. An alert ends an opt-out."""
        who, changes = self._who(promise.to), promise.kind == "changes"
        if refused := await self._refused(promise.to, promise.key, despite_opt_out=changes):
            return refused
        same = f"{who}:{promise.screen}:{sorted(promise.answers.items())}" if changes else promise.key
        if changes and await self._promises.held_by(who) >= self._most_news:
            return "full"
        await self._promises.add(
            NewDeferred(
                key=f"{promise.kind}:{self._names.of(same)}",
                kind=promise.kind,
                citizen=who,
                payload=orjson.dumps(promise),
                seen=promise.seen,
                topic=self._topic(promise) if changes else "",
                due_in=(SOON if promise.topic else promise.look_seconds) if changes else FIRST_LOOK,
                life=CHANGES_LIFE if changes else ANSWER_LIFE,
            )
        )
        if changes:
            await self._optouts.remove(who, "alert")
        return "kept"

    def _topic(self, promise: DeferredRequest) -> str:
        """The topic under which changes are announced: of a publication, or of one row of a register."""
        question, _, reference = promise.subject.partition(":")
        return promise.topic or (self._names.subject(question, reference) if reference else "")

    async def _enqueue_anew(self, message: Message) -> None:
        """Enqueue the message again if its key is of an earlier call, whose id the gateway gave again."""
        if (age := await self._outbox.seconds_since(message.key)) > LONGEST_CALL:
            await self._outbox.enqueue(replace(message, key=f"{message.key}:{age // LONGEST_CALL:.0f}"))

    async def stop(self, who: Recipient, choice: Closing = "stop") -> None:
        """Record this citizen's opt-out and delete the deferred answers."""
        await self._optouts.add(self._who(who), choice)
        await self.forget(who)

    async def resume(self, who: Recipient) -> bool:
        """End this citizen's opt-out; returns False if there was none."""
        return await self._optouts.remove(self._who(who), "start")

    async def forget(self, who: Recipient) -> None:
        """Delete the deferred answers and subscriptions of this citizen."""
        await self._promises.forget(self._who(who))

    async def stopped(self, to: Recipient) -> bool:
        """Whether this citizen opted out of messages other than answers."""
        return await self._optouts.has(self._who(to))

    async def check_store(self) -> None:
        """Raise StoreUnavailable if the store does not answer now."""
        await self._store.get("ready")

    def hourly_limit(self, to: Recipient) -> int:
        """How many messages this citizen can cause within an hour."""
        return self._most_sms if to.gateway == "sms" else self._most_chat

    async def check_rate_limit(self, to: Recipient, key: str) -> Literal["yes", "last", "no"]:
        """Count one message to this citizen, once per key; whether it may be sent. Raises StoreUnavailable."""
        most = self.hourly_limit(to)
        sent = f"sent:{self._who(to)}"
        first = await self._store.increment(f"{sent}:{key}", HOUR) == 1
        times = await self._store.increment(sent, HOUR) if first else int(await self._store.get(sent) or 0)
        return "yes" if times < most else "last" if times == most else "no"

    async def _refused(
        self, to: Recipient, key: str, *, despite_opt_out: bool = False
    ) -> Literal["stopped", "enough", ""]:
        if not despite_opt_out and await self.stopped(to):
            return "stopped"
        return "" if await self.check_rate_limit(to, key) == "yes" else "enough"

    def _who(self, to: Recipient) -> str:
        """The recipient's pseudonym, the same for a number with eight digits and with ten."""
        number = number_of_address(to.gateway, to.address)
        return self._names.of_recipient(replace(to, address=number) if number else to)
