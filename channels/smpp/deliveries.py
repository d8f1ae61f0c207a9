"""What operators deliver over the binds of one gateway beside calls: messages of citizens, and receipts.

    deliver_sm -> receipt: the outbox
               -> part:    SQL, until its message is complete (channels/smpp/stored_parts.py)
               -> message: the conversation, its answer in the outbox
    -> deliver_sm_resp, once SQL has what came; else a temporary error, so that it is delivered again

A message that is incomplete after two minutes is answered as it is. Parts and messages are in SQL before the operator
gets its response, so a process that is killed loses none. A delivery whose response did not leave has the same name
when it comes again, so that it is answered once.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from hashlib import blake2b
from secrets import token_hex
from typing import Final
from weakref import WeakValueDictionary

import structlog

from channels.contracts.message_channel import ChannelEvent, DeliveryReport, UnknownReport
from channels.smpp.parts import Message
from channels.smpp.receipts import read_receipt
from channels.smpp.smpp_rules import GATEWAY, SmppSmsRules
from channels.smpp.smpp_shape import SmsPart
from channels.smpp.stored_parts import StoredParts, TooManyParts
from channels.webhooks.message_reception import MessageReception
from channels.webhooks.messaging_services import MessagingServices
from logs.request_id import begin_request
from smpp.connection import Connection
from smpp.constants import RMSGQFUL, ROK, RX_T_APPN
from smpp.messages import ShortMessage
from smpp.pdu import Pdu
from state.errors import SourceUnavailable, StoreUnavailable

MAX_AT_ONCE: Final = 500  # deliveries that wait for their responses; others are asked to come again
MAX_REMEMBERED: Final = 1000  # names of deliveries that were not answered
LOOK_SECONDS: Final = 5.0  # between two looks for messages that stay incomplete
BODY: Final = b"\0"  # of a deliver_sm_resp: an empty message_id
log = structlog.get_logger()


@dataclass(slots=True)
class SmppDeliveries:
    """The messages and receipts of one gateway."""

    name: str
    sms: SmsPart
    rules: SmppSmsRules
    reception: MessageReception
    services: MessagingServices
    parts: StoredParts
    _names: OrderedDict[bytes, str] = field(default_factory=OrderedDict)
    _turns: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def take(self, connection: Connection, pdu: Pdu, message: ShortMessage) -> None:
        """Take one deliver_sm and answer it later."""
        if len(self._tasks) >= MAX_AT_ONCE:
            connection.respond(pdu, RMSGQFUL, BODY)
            return
        task = asyncio.create_task(self._answer(connection, pdu, message))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def look(self) -> int:
        """Answer the messages that stay incomplete. Returns 0, for a pause. Raises SourceUnavailable."""
        for message in await self.parts.overdue():
            begin_request()
            await self._handle(message, _name_of(message))
            await self.parts.settle(message)
        return 0

    async def close(self) -> None:
        """Answer what came so far; parts wait for the next process."""
        await asyncio.gather(*self._tasks)
        await self.reception.close()

    async def _answer(self, connection: Connection, pdu: Pdu, message: ShortMessage) -> None:
        begin_request()
        status = RX_T_APPN
        digest = blake2b(pdu.body, digest_size=16).digest()
        named = self._names.pop(digest, "") or token_hex(8)
        try:
            await self._read(message, named)
            status = ROK
        except (SourceUnavailable, StoreUnavailable) as down:
            log.error("delivery not stored", gateway=self.name, why=str(down))
        except TooManyParts as full:
            log.warning("part not stored", gateway=self.name, why=str(full))
            status = RMSGQFUL
        except Exception:  # our own fault, of any kind: it must not end the bind
            log.exception("delivery failed", gateway=self.name)
        if status or not connection.is_open:
            self._names[digest] = named
            while len(self._names) > MAX_REMEMBERED:
                self._names.popitem(last=False)
        connection.respond(pdu, status, BODY)

    async def _read(self, message: ShortMessage, named: str) -> None:
        """Take one delivery. Raises SourceUnavailable and StoreUnavailable."""
        async with self._turns.setdefault(message.source.digits, asyncio.Lock()):  # one citizen's in their order
            if message.is_receipt:
                await self.reception.take(self._reported(message), self.services)
            elif whole := await self.parts.take(message):
                await self._handle(whole, _name_of(whole) if whole.key else named)
                await self.parts.settle(whole)

    async def _handle(self, message: Message, named: str) -> None:
        inbound = self.rules.inbound(message, self.sms.alphabet, named)
        await self.reception.take([inbound] if inbound else [], self.services)

    def _reported(self, message: ShortMessage) -> list[ChannelEvent]:
        receipt = read_receipt(message, self.sms.receipt_ids)
        if receipt is None or not receipt.is_known:
            return [UnknownReport(GATEWAY, receipt.state if receipt else "")]
        if receipt.reported is None:
            return []
        why = "" if receipt.reported == "delivered" else f"{receipt.state.lower()}_{receipt.fault}".strip("_")
        return [DeliveryReport(GATEWAY, f"{self.name}:{receipt.reference}", receipt.reported, why)]


def _name_of(message: Message) -> str:
    """Return the name of a message in parts: the same when one of them is delivered again."""
    return blake2b(f"{message.key}".encode() + message.octets, digest_size=8).hexdigest()
