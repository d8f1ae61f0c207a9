"""Parts of a long message that an operator delivers: in any order, late, twice, never complete."""

from __future__ import annotations

from sqlalchemy import select

from channels.smpp.parts import Part, header
from channels.smpp.stored_parts import INCOMPLETE_SECONDS, MAX_OF_CITIZEN
from database import tables
from smpp.constants import ESM_UDHI, RMSGQFUL, ROK, RX_T_APPN
from smpp.messages import Address, ShortMessage
from tests.support.database import Registry
from tests.support.smpp_deliveries import Desk, part, sms


async def test_parts_become_one_message(desk: Desk) -> None:
    assert await desk.deliver(part(2, b"12345"), part(1, b"BAC ")) == [ROK, ROK]
    assert desk.texts == ["BAC 12345"]


async def test_last_part_not_kept_brings_the_whole_again(desk: Desk) -> None:
    desk.reception.failures = 1
    assert await desk.deliver(part(1, b"BAC "), part(2, b"12345")) == [ROK, RX_T_APPN]
    assert await desk.deliver(part(2, b"12345")) == [ROK]
    assert desk.texts == ["BAC 12345"]


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
