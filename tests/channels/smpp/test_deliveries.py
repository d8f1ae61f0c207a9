"""What an operator delivers, and when it gets its response."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

import pytest
from sqlalchemy import select

from authoring.replay.fakes import FakeClock
from channels.contracts.message_channel import ChannelEvent, DeliveryReport, UnknownReport
from channels.smpp.arrivals import Arrivals
from channels.smpp.deliveries import MAX_AT_ONCE, SmppDeliveries
from channels.smpp.parts import Part, header
from channels.smpp.smpp_rules import SmppSmsRules
from channels.smpp.stored_parts import INCOMPLETE_SECONDS, MAX_OF_CITIZEN, StoredParts
from channels.webhooks.message_reception import MessageReception
from channels.webhooks.messaging_services import MessagingServices
from database import tables
from database.encryption import Seal
from smpp.connection import Connection
from smpp.constants import DELIVER_SM, ESM_RECEIPT, ESM_UDHI, RINVCMDLEN, RMSGQFUL, ROK, RX_T_APPN
from smpp.messages import Address, ShortMessage
from smpp.pdu import Pdu
from state.errors import SourceUnavailable
from state.identity import Pseudonyms
from state.interfaces import Inbound
from tests.support.database import Registry
from tests.support.patience import PATIENCE
from tests.support.smpp_gateway import example_sms

RECEIPT = b"id:77 sub:001 dlvrd:001 submit date:2601010800 done date:2601010801 stat:%b err:000 text:"


@dataclass
class Reception:
    """Takes events, or fails so many times."""

    had: list[ChannelEvent] = field(default_factory=list)
    failures: int = 0

    async def take(self, events: Sequence[ChannelEvent], services: object) -> None:
        await asyncio.sleep(0)
        if self.failures:
            self.failures -= 1
            raise SourceUnavailable("no SQL")
        self.had += events

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


@pytest.fixture
def desk(registry: Registry) -> Desk:
    return Desk(registry)


def sms(text: bytes, source: str = "2290190000001", esm_class: int = 0) -> bytes:
    return ShortMessage(Address(source, 1, 1), Address("5000"), text, esm_class=esm_class).encoded()


def part(number: int, text: bytes) -> bytes:
    return sms(header(Part(9, 2, number)) + text, esm_class=ESM_UDHI)


async def test_message_reaches_the_conversation(desk: Desk) -> None:
    assert await desk.deliver(sms(b"BAC 12345")) == [ROK]
    (one,) = desk.reception.had
    assert isinstance(one, Inbound)
    assert (one.channel, one.citizen, one.text) == ("essai_sms", "+2290190000001", "BAC 12345")
    assert one.reply_to
    assert (one.reply_to.gateway, one.reply_to.address) == ("sms", "+2290190000001")


async def test_same_text_twice_is_two_messages(desk: Desk) -> None:
    await desk.deliver(sms(b"1"))
    await desk.deliver(sms(b"1"))
    assert (desk.texts, len(set(desk.names))) == (["1", "1"], 2)


async def test_messages_of_one_citizen_stay_in_order(desk: Desk) -> None:
    await desk.deliver(*(sms(b"%d" % number) for number in range(20)))
    assert desk.texts == [f"{number}" for number in range(20)]


async def test_parts_become_one_message(desk: Desk) -> None:
    assert await desk.deliver(part(2, b"12345"), part(1, b"BAC ")) == [ROK, ROK]
    assert desk.texts == ["BAC 12345"]


async def test_delivery_not_kept_comes_again_under_its_name(desk: Desk) -> None:
    desk.reception.failures = 1
    assert await desk.deliver(sms(b"1")) == [RX_T_APPN]
    named = next(iter(desk.deliveries._names.values()))
    assert await desk.deliver(sms(b"1")) == [ROK]
    assert desk.names == [named]


async def test_last_part_not_kept_brings_the_whole_again(desk: Desk) -> None:
    desk.reception.failures = 1
    assert await desk.deliver(part(1, b"BAC "), part(2, b"12345")) == [ROK, RX_T_APPN]
    assert await desk.deliver(part(2, b"12345")) == [ROK]
    assert desk.texts == ["BAC 12345"]


async def test_response_that_did_not_leave_is_no_second_message(desk: Desk) -> None:
    desk.peer.is_open = False
    await desk.deliver(sms(b"1"))
    desk.peer.is_open = True
    await desk.deliver(sms(b"1"))
    assert len(set(desk.names)) == 1


async def test_incomplete_message_is_answered_after_a_while(desk: Desk) -> None:
    await desk.deliver(part(1, b"BAC 12345"))
    await desk.deliveries.look()
    assert desk.texts == []
    desk.clock.now += INCOMPLETE_SECONDS
    await desk.deliveries.look()
    await desk.deliveries.look()
    assert desk.texts == ["BAC 12345"]


async def test_part_that_comes_twice_counts_once(desk: Desk) -> None:
    assert await desk.deliver(part(1, b"BAC ")) == await desk.deliver(part(1, b"BAC ")) == [ROK]
    await desk.deliver(part(2, b"12345"))
    assert desk.texts == ["BAC 12345"]


async def test_parts_that_come_to_two_processes_make_one_message(desk: Desk, registry: Registry) -> None:
    other = Desk(registry)
    await desk.deliver(part(1, b"BAC "))
    await other.deliver(part(2, b"12345"))
    assert (desk.texts, other.texts) == ([], ["BAC 12345"])


async def test_two_citizens_with_one_reference_stay_apart(desk: Desk) -> None:
    other = ShortMessage(Address("2290190000002", 1, 1), Address("5000"), header(Part(9, 2, 2)), esm_class=ESM_UDHI)
    assert await desk.deliver(part(1, b"BAC "), other.encoded()) == [ROK, ROK]
    assert desk.texts == []


async def test_stored_part_shows_neither_number_nor_text(desk: Desk, registry: Registry) -> None:
    await desk.deliver(part(1, b"BAC 12345"))
    (row,) = await registry.database.rows(select(tables.message_parts))
    assert [word in str(row) for word in ("190000001", "BAC", "12345")] == [False] * 3


async def test_citizen_with_too_many_parts_is_asked_to_wait(desk: Desk) -> None:
    bodies = [sms(header(Part(reference, 2, 1)) + b"x", esm_class=ESM_UDHI) for reference in range(MAX_OF_CITIZEN + 1)]
    assert await desk.deliver(*bodies) == [ROK] * MAX_OF_CITIZEN + [RMSGQFUL]
    other = ShortMessage(Address("2290190000002", 1, 1), Address("5000"), header(Part(9, 2, 1)), esm_class=ESM_UDHI)
    assert await desk.deliver(other.encoded()) == [ROK]


async def test_parts_without_sql_come_again(desk: Desk, registry: Registry) -> None:
    await registry.stop()
    assert await desk.deliver(part(1, b"BAC ")) == [RX_T_APPN]
    await registry.start()
    assert await desk.deliver(part(1, b"BAC "), part(2, b"12345")) == [ROK, ROK]
    assert desk.texts == ["BAC 12345"]


async def test_receipts_are_reports_of_this_gateway(desk: Desk) -> None:
    both = (sms(RECEIPT % state, esm_class=ESM_RECEIPT) for state in (b"DELIVRD", b"ENROUTE"))
    assert await desk.deliver(*both) == [ROK] * 2
    assert desk.reception.had == [DeliveryReport("sms", "essai:77", "delivered")]


async def test_receipt_of_a_failure_says_why(desk: Desk) -> None:
    await desk.deliver(sms(RECEIPT % b"UNDELIV", esm_class=ESM_RECEIPT), sms(RECEIPT % b"LOST", esm_class=ESM_RECEIPT))
    assert desk.reception.had == [
        DeliveryReport("sms", "essai:77", "failed", "undeliv_000"),
        UnknownReport("sms", "LOST"),
    ]


async def test_sender_in_letters_is_taken_and_not_answered(desk: Desk) -> None:
    assert await desk.deliver(sms(b"win", source="CASINO")) == [ROK]
    assert desk.reception.had == []


async def test_body_cut_short_is_refused(desk: Desk) -> None:
    assert await desk.deliver(sms(b"BAC")[:-4]) == [RINVCMDLEN]


async def test_too_many_at_once_are_asked_to_come_again(desk: Desk) -> None:
    statuses = await desk.deliver(*(sms(b"1", source=f"22901{number:08}") for number in range(MAX_AT_ONCE + 1)))
    assert sorted(statuses) == [ROK] * MAX_AT_ONCE + [RMSGQFUL]
