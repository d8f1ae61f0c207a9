"""The outbox: messages that Zin sends first, or later, none of which is lost.

A message is posted once under its key, however often that is tried. Any number of delivery processes claim what is due,
those that somebody waits for first and never what is paused (channels/outbox/pauses.py); a claim is a lease, so that
what a killed process held is claimed again when it runs out. How a try ended is settled by who holds the claim, and by
nobody else. What ended is kept a while, without its words.

    queued -> sending -> sent, failed or cancelled; sent -> delivered or failed, as the gateway reports
       ^         |
       +---------+  again, later; what is too late for anybody expires

A report may come before the gateway's answer to the sending, twice, or of a message that is not ours: the first is
kept until the answer is there, the others change nothing.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any, Final, Literal

import orjson
import structlog

from channels.contracts.sender import ClaimedMessage, Message, Reported
from channels.outbox.queries import (
    BRING_FORWARD,
    CLAIM,
    DUE_NOW,
    EARLY,
    EARLY_POST,
    END,
    EXPIRE,
    HAND_OVER,
    IS_THERE,
    KNOWN,
    PAUSED,
    POST,
    POST_STANDING,
    PURGE,
    PURGE_EARLY,
    SETTLE,
)
from database.column_limits import can_hold, cleaned, clipped, milliseconds
from database.encryption import Seal
from database.interface import Database
from database.message_validity import CANCEL_OUTDATED
from database.tables import outbox as columns
from state.errors import Outdated, ZinError
from state.interfaces import Card

LEASE: Final = 60.0  # seconds that a process has for what it claimed: longer than any gateway is waited for
MAX_WAIT_SECONDS: Final = 1800.0  # twice the longest pause between two tries (channels/workers/delivery.py)
RETENTION_SECONDS: Final = 30 * 24 * 3600.0  # seconds that an ended message is kept after its end
EARLY_RETENTION_SECONDS: Final = 24 * 3600.0  # seconds that a report waits for the message that it is of
NUMBER: Final = re.compile(r"\d(?:[ .-]?\d){5,}")  # in a reason, which is a gateway's word and may quote an address
log = structlog.get_logger()


class Outbox:
    """The messages of all processes. clock gives Unix seconds. Every method raises SourceUnavailable.

    Words are kept as far as SQL can keep them; post and reported raise Unstorable for a key or a name that it cannot.
    """

    def __init__(self, database: Database, seal: Seal, clock: Callable[[], float] = time.time) -> None:
        self._database, self._seal, self._clock = database, seal, clock

    async def enqueue(self, message: Message) -> bool:
        """Keep a message until it is delivered; False when one was posted under its key already.

        Raises Outdated when what it says no longer holds: that is seen, and the message kept, in one transaction.
        """
        now = self._now()
        posted = await self._database.write(
            (POST_STANDING if message.basis else POST)[self._database.dialect],
            key=message.key,
            gateway=message.gateway,
            address=self._seal.encrypt(message.address, "outbox", message.key),
            text=cleaned(message.text),
            card=_written(message.card),
            topic=message.topic,
            basis=message.basis,
            handed_at=None,
            heard_at=min(milliseconds(message.last_inbound_at), now) // 1000,  # what is to come was not heard
            waited_for=message.is_awaited,
            state="queued",
            tries=0,
            due_at=now,
            expires_at=now + milliseconds(message.ttl_seconds),
            posted_at=now,
            sent_at=None,
            ended_at=None,
            reference="",
            why="",
        )
        if message.basis and not posted and not await self._database.rows(IS_THERE, called=message.key):
            raise Outdated("what a message says no longer holds")
        return bool(posted)

    async def was_cancelled(self, key: str) -> bool:
        """Whether the message of this key was taken back before it left."""
        found = await self._database.rows(IS_THERE, called=key)
        return bool(found) and found[0]["state"] == "cancelled"

    async def claim(self, most: int) -> list[ClaimedMessage]:
        """Up to so many messages that are due, for this process to send within LEASE."""
        now = self._now()
        if not await self._database.rows(DUE_NOW, now=now):  # a look is cheaper than a transaction
            return []
        rows = await self._database.write(CLAIM, now=now, most=most, until=now + milliseconds(LEASE))
        claimed = sorted(rows, key=lambda row: not row["waited_for"])
        messages = ((self._message(row), row["tries"]) for row in claimed)
        return [ClaimedMessage(message, tries) for message, tries in messages if message]

    async def is_paused(self, message: Message) -> bool:
        """Whether its gateway or its topic was paused (channels/outbox/pauses.py), if only since it was claimed."""
        return bool(await self._database.rows(PAUSED, gateway=message.gateway, topic=message.topic))

    async def hand_over(self, claimed: ClaimedMessage) -> bool:
        """Whether it may go to its gateway now, which is noted; False when what it says no longer holds."""
        if not claimed.message.basis:
            return True
        held = {"held": claimed.message.key, "try_": claimed.tries}
        return bool(await self._database.write(HAND_OVER, **held, now=self._now()))

    async def sent(self, claimed: ClaimedMessage, reference: str) -> bool:
        """The gateway took it, and calls it this. False when the claim had run out.

        What can be no name is not kept, so that the message is not sent again for it; no report will find it.
        """
        if not (reference and can_hold(columns.c.reference, reference)):
            log.warning("a message was sent under a name that cannot be kept", gateway=claimed.message.gateway)
            return await self._settle(claimed, "sent", sent=self._now())
        held = await self._settle(claimed, "sent", sent=self._now(), named=reference)
        for early in await self._database.rows(EARLY, called=claimed.message.gateway, named=reference):
            await self._end(claimed.message.gateway, reference, early["state"], early["why"])
        return held

    async def record_report(self, gateway: str, reference: str, state: Reported, why: str = "", own: str = "") -> bool:
        """The gateway says how a message that it took ended; False when that ends none, now.

        own is the gateway's name as it came, under which messages stand that left before names were keyed.
        """
        own = own if own and can_hold(columns.c.reference, own) else reference
        if await self._end(gateway, reference, state, why, own):
            return True
        if await self._database.rows(KNOWN, called=gateway, named=reference, own=own):
            return False
        told = {"state": state, "why": _why(why), "reported_at": self._now()}
        row = {"gateway": gateway, "reference": reference, **told}
        await self._database.write(EARLY_POST[self._database.dialect], **row)
        return await self._end(gateway, reference, state, why)  # if the answer to the sending came just now

    async def failed(self, claimed: ClaimedMessage, why: str) -> bool:
        """It can never be sent."""
        return await self._settle(claimed, "failed", ended=self._now(), because=why)

    async def cancelled(self, claimed: ClaimedMessage, why: str) -> bool:
        """It was not sent, and will not be."""
        return await self._settle(claimed, "cancelled", ended=self._now(), because=why)

    async def reschedule(self, claimed: ClaimedMessage, why: str, seconds: float) -> bool:
        """It was not sent, and is due again in so many seconds."""
        held = await self._settle(claimed, "queued", next=self._now() + milliseconds(seconds), because=why)
        if claimed.message.basis:  # it may have been taken back while the gateway had it
            await self._database.write(CANCEL_OUTDATED, now=self._now())
        return held

    async def tidy(self) -> None:
        """End what nobody needs any more, forget what ended long ago, and make due what a wrong clock put off."""
        now = self._now()
        latest, due = now + milliseconds(MAX_WAIT_SECONDS), now + milliseconds(LEASE)
        await self._database.write(BRING_FORWARD, latest=latest, next=due)
        await self._database.write(CANCEL_OUTDATED, now=self._now())
        await self._database.write(EXPIRE, now=self._now())
        await self._database.write(PURGE, before=self._now() - milliseconds(RETENTION_SECONDS))
        await self._database.write(PURGE_EARLY, before=self._now() - milliseconds(EARLY_RETENTION_SECONDS))

    async def _settle(
        self, claimed: ClaimedMessage, to: Literal["sent", "failed", "cancelled", "queued"], **told: Any
    ) -> bool:
        usual = {"next": 0, "sent": None, "ended": None, "named": ""}
        held = {"held": claimed.message.key, "try_": claimed.tries, "to": to}
        why = _why(told.pop("because", ""))
        return bool(await self._database.write(SETTLE, **{**usual, **held, **told}, because=why))

    async def _end(self, gateway: str, reference: str, state: Reported, why: str, own: str = "") -> bool:
        ended = {"called": gateway, "named": reference, "own": own or reference, "to": state, "because": _why(why)}
        return bool(await self._database.write(END, **ended, ended=self._now()))

    def _message(self, row: Any) -> Message | None:
        """The message; None, for as long as its lease, where its address cannot be opened: it holds nobody else up."""
        try:
            address = self._seal.decrypt(row["address"], "outbox", row["key"])
        except ZinError as sealed:
            log.error("message kept back", gateway=row["gateway"], why=str(sealed))
            return None
        return Message(
            row["key"],
            row["gateway"],
            address,
            row["text"],
            bool(row["waited_for"]),
            card=card_of(row["card"]),
            last_inbound_at=float(row["heard_at"]),
            topic=row["topic"],
            basis=row["basis"],
        )

    def _now(self) -> int:
        return milliseconds(self._clock())


def _why(told: str) -> str:
    """A reason as the column keeps it, without numbers; nothing depends on its end."""
    return clipped(columns.c.why, NUMBER.sub("…", told))


def _written(card: Card | None) -> str:
    if not card:
        return ""
    buttons = [(cleaned(sends), cleaned(label)) for sends, label in card.buttons]
    return orjson.dumps([cleaned(card.say), buttons]).decode()


def card_of(written: str) -> Card | None:
    """The card in a column; None without one, or for one that another version wrote: the text says all of it."""
    try:
        say, buttons = orjson.loads(written or "null")
        return Card(str(say), tuple((str(sends), str(label)) for sends, label in buttons))
    except (TypeError, ValueError):
        return None
