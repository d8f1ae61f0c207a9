"""The outbox: messages to citizens, stored in SQL until a gateway accepts them.

A message is stored once under its key. Any number of delivery processes claim due messages: awaited answers first, and
never paused ones (channels/outbox/pauses.py). A claim is a lease: if a process is killed, another claims the message
after the lease ends. Only the holder of the claim can settle it. An ended message stays for a while, without its text.

    queued -> sending -> sent, failed or cancelled; sent -> delivered or failed, as the gateway reports
       ^         |
       +---------+  rescheduled; after its time to live a message expires

Delivery reports are in channels/outbox/delivery_reports.py.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from typing import Any, Literal

import structlog

from channels.contracts.sender import ClaimedMessage, Message, Reported
from channels.outbox import queries
from channels.outbox.column_values import clean_reason
from channels.outbox.delivery_reports import DeliveryReports
from channels.outbox.held_messages import HeldMessages
from channels.outbox.message_rows import MessageRows
from database import tables
from database.changes import Watch
from database.column_limits import can_hold, milliseconds
from database.combined_calls import CombinedCalls
from database.encryption import Seal
from database.interface import Database, Row
from database.message_validity import CANCEL_OUTDATED
from state.errors import Outdated

log = structlog.get_logger()


class Outbox:
    """The messages of all processes. clock gives Unix seconds. Every method raises SourceUnavailable.

    In texts, characters that SQL cannot hold are replaced; enqueue and record_report raise Unstorable for a key or
    reference with such characters. routed are the gateways with a table of routes (channels/routing).
    """

    def __init__(
        self,
        database: Database,
        seal: Seal,
        clock: Callable[[], float] = time.time,
        routed: Collection[str] = (),
    ) -> None:
        self._database, self._clock, self._rows = database, clock, MessageRows(seal, routed)
        self._held = HeldMessages(database)
        self._reports = DeliveryReports(database, self._held, self._now)
        self._asked: CombinedCalls[Message, bool] = CombinedCalls(self._are_paused)

    async def enqueue(self, message: Message) -> bool:
        """Store a message. Returns False if its key exists already.

        Raises Outdated if the publication it depends on is no longer valid, checked in the same transaction.
        """
        needed = queries.VALID_BASIS if message.basis else None
        is_new = await self._database.insert_once(tables.outbox, self._rows.new(message, self._now()), needed)
        if message.basis and not is_new and not await self._database.rows(queries.IS_THERE, called=message.key):
            raise Outdated("what a message says no longer holds")
        return is_new

    def watch(self) -> Watch:
        """What a worker waits for between two claims: new messages, and ends of pauses."""
        return self._database.watch(tables.outbox, tables.paused)

    async def seconds_since(self, key: str) -> float:
        """How long ago the message with this key was enqueued; 0 if there is none."""
        found = await self._database.rows(queries.POSTED_AT, called=key)
        return (self._now() - found[0]["posted_at"]) / 1000 if found else 0.0

    async def state_of(self, key: str) -> str:
        """The state of the message with this key, "" if there is none."""
        found = await self._database.rows(queries.IS_THERE, called=key)
        return str(found[0]["state"]) if found else ""

    async def gateways(self) -> list[str]:
        """The gateways that messages wait for. Reads all waiting messages."""
        return [row["gateway"] for row in await self._database.rows(queries.GATEWAYS)]

    async def claim(self, gateway: str, most: int) -> list[ClaimedMessage]:
        """Claim up to `most` due messages to a gateway. This process must send them within LEASE_SECONDS."""
        return self._claimed(await queries.QUEUE.claim(self._database, self._now(), most, called=gateway))

    async def claim_routed(
        self, gateway: str, network: str, route: str, most: int, wait: float = 0.0
    ) -> list[ClaimedMessage]:
        """Claim messages of one network for a route, as `claim`, that were due for so many seconds.

        Those of the network "" are claimed to look up their networks.
        """
        of = {"called": gateway, "named_network": network, "named_route": route}
        now = self._now() - milliseconds(wait)
        return self._claimed(await queries.ROUTED.claim(self._database, now, most, **of))

    async def sort(self, networks: Sequence[tuple[ClaimedMessage, str]]) -> None:
        """Give claimed messages back with their networks, for the routes that serve these."""
        now = self._now()
        named = [
            {"held": one.message.key, "try_": one.tries, "named_network": network, "now": now}
            for one, network in networks
        ]
        await queries.ROUTED.settle_all(self._database, queries.SORT, named)

    async def adopt(self, gateway: str) -> None:
        """Take waiting messages that a process without the table of routes stored."""
        await self._database.write(queries.ADOPT, called=gateway)

    async def unsort(self, gateway: str) -> None:
        """Forget the networks of waiting messages, which another table may have named."""
        await self._database.write(queries.UNSORT, called=gateway)

    async def is_paused(self, message: Message) -> bool:
        """Whether its gateway or topic is paused now (channels/outbox/pauses.py), also if it is already claimed."""
        return await self._asked.call(message)

    async def hand_over(self, claimed: ClaimedMessage) -> bool:
        """Record that it goes to its gateway now. Returns False if its publication is no longer valid."""
        if not claimed.message.basis:
            return True
        return await self._held.hand_over(claimed, self._now())

    async def sent(self, claimed: ClaimedMessage, reference: str) -> bool:
        """Record that the gateway accepted it under this reference. Returns False if the claim had ended.

        An empty or invalid reference is not stored; no report will find the message.
        """
        if not (reference and can_hold(tables.outbox.c.reference, reference)):
            log.warning("a message was taken without a name for its reports", gateway=claimed.message.gateway)
            return await self._settle(claimed, "sent", sent=self._now())
        held = await self._settle(claimed, "sent", sent=self._now(), named=reference)
        await self._reports.apply_early(claimed.message.gateway, reference)
        return held

    async def record_report(self, gateway: str, reference: str, state: Reported, why: str = "", own: str = "") -> bool:
        """Record a delivery report. Returns False if no message ends by it now.

        own is the gateway's own reference, stored for messages that were sent before references were hashed.
        """
        return await self._reports.record(gateway, reference, state, why, own)

    async def failed(self, claimed: ClaimedMessage, why: str) -> bool:
        """Record that it can never be sent. Returns False if the claim had ended."""
        return await self._settle(claimed, "failed", ended=self._now(), because=why)

    async def cancelled(self, claimed: ClaimedMessage, why: str) -> bool:
        """Record that it was not and will not be sent. Returns False if the claim had ended."""
        return await self._settle(claimed, "cancelled", ended=self._now(), because=why)

    async def reschedule(self, claimed: ClaimedMessage, why: str, seconds: float) -> bool:
        """Make it due again in so many seconds. Returns False if the claim had ended."""
        held = await self._settle(claimed, "queued", next=self._now() + milliseconds(seconds), because=why)
        if claimed.message.basis:  # it may have been withdrawn during the try
            await self._held.cancel_outdated(self._now())
        return held

    async def tidy(self) -> None:
        """Expire and cancel messages, and correct times written by a wrong clock."""
        await queries.QUEUE.bring_forward(self._database, self._now())
        await self._database.write(CANCEL_OUTDATED, now=self._now())
        await self._database.write(queries.EXPIRE, now=self._now())

    async def _settle(
        self, claimed: ClaimedMessage, to: Literal["sent", "failed", "cancelled", "queued"], **values: Any
    ) -> bool:
        usual = {"next": 0, "sent": None, "ended": None, "named": "", "to": to}
        why = clean_reason(values.pop("because", ""))
        return await self._held.settle(claimed, {**usual, **values, "because": why})

    async def _are_paused(self, messages: Sequence[Message]) -> list[bool | Exception]:
        paused = {(row["kind"], row["name"]) for row in await self._database.rows(queries.PAUSED)}
        return [("gateway", one.gateway) in paused or ("topic", one.topic) in paused for one in messages]

    def _claimed(self, rows: Sequence[Row]) -> list[ClaimedMessage]:
        """The messages of claimed rows, awaited answers first."""
        claimed = sorted(rows, key=lambda row: not row["waited_for"])
        messages = ((self._rows.read(row), row["tries"]) for row in claimed)
        return [ClaimedMessage(message, tries) for message, tries in messages if message]

    def _now(self) -> int:
        return milliseconds(self._clock())
