"""The deliveries of one SMPP gateway, and both of its sides, for tests."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

from authoring.replay.fakes import FakeClock
from channels.contracts.message_channel import ChannelEvent
from channels.smpp.arrivals import Arrivals
from channels.smpp.deliveries import SmppDeliveries
from channels.smpp.parts import Part, header
from channels.smpp.smpp_rules import SmppSmsRules
from channels.smpp.stored_parts import StoredParts
from channels.webhooks.message_reception import MessageReception
from channels.webhooks.messaging_services import MessagingServices
from database.encryption import Seal
from logs.request_id import current_request_id
from smpp.connection import Connection
from smpp.constants import DELIVER_SM, ESM_UDHI, ROK
from smpp.messages import Address, ShortMessage
from smpp.pdu import Pdu
from state.errors import SourceUnavailable
from state.identity import Pseudonyms
from state.interfaces import Inbound
from tests.support.database import Registry
from tests.support.patience import PATIENCE
from tests.support.smpp_gateway import example_sms


@dataclass
class Reception:
    """Takes events, or fails so many times."""

    had: list[ChannelEvent] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    failures: int = 0

    async def take(self, events: Sequence[ChannelEvent], services: object) -> None:
        await asyncio.sleep(0)
        if self.failures:
            self.failures -= 1
            raise SourceUnavailable("no SQL")
        self.had += events
        self.requests.append(current_request_id())

    async def close(self) -> None:
        """Nothing is open."""


@dataclass
class Peer:
    """A connection whose responses are noted."""

    statuses: list[int] = field(default_factory=list)
    is_open: bool = True
    answered: asyncio.Condition = field(default_factory=asyncio.Condition)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def respond(self, request: Pdu, status: int = ROK, body: bytes = b"") -> None:
        self.statuses.append(status)
        task = asyncio.create_task(self._note())
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _note(self) -> None:
        async with self.answered:
            self.answered.notify_all()


class Desk:
    """The deliveries of one gateway, and both of its sides."""

    def __init__(self, registry: Registry) -> None:
        self.reception, self.peer, self.clock = Reception(), Peer(), FakeClock()
        seal, names = Seal(*registry.settings.secrets.rest), Pseudonyms("pepper")
        self.parts = StoredParts("essai", registry.database, seal, names, self.clock)
        self.deliveries = SmppDeliveries(
            "essai",
            example_sms(),
            SmppSmsRules("essai_sms"),
            cast(MessageReception, self.reception),
            cast(MessagingServices, None),
            self.parts,
        )
        self.arrivals = Arrivals("essai", None, self.deliveries)

    async def deliver(self, *bodies: bytes) -> list[int]:
        before = len(self.peer.statuses)
        for body in bodies:
            self.arrivals.take(cast(Connection, self.peer), Pdu(DELIVER_SM, 1, 0, body))
        async with asyncio.timeout(PATIENCE), self.peer.answered:
            await self.peer.answered.wait_for(lambda: len(self.peer.statuses) >= before + len(bodies))
        return self.peer.statuses[before:]

    @property
    def texts(self) -> list[str]:
        return [one.text for one in self.reception.had if isinstance(one, Inbound)]

    @property
    def names(self) -> list[str]:
        return [one.message for one in self.reception.had if isinstance(one, Inbound)]


def sms(text: bytes, source: str = "2290190000001", esm_class: int = 0) -> bytes:
    return ShortMessage(Address(source, 1, 1), Address("5000"), text, esm_class=esm_class).encoded()


def part(number: int, text: bytes) -> bytes:
    return sms(header(Part(9, 2, number)) + text, esm_class=ESM_UDHI)
