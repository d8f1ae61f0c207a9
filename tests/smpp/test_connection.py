"""PDUs that a message centre should not send, and those that come at an odd moment: the bind stays, or comes back."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from itertools import count

import pytest

from smpp.errors import NoAnswer
from tests.support.patience import PATIENCE
from tests.support.smsc import (
    BIND,
    DELIVER,
    DELIVER_RESP,
    ENQUIRE_RESP,
    NACK,
    SHORT,
    SUBMIT,
    SUBMIT_RESP,
    bound_to,
    delivery,
    open_smsc,
    pdu,
    tlv,
    well_behaved,
)


def behind_bind(data: bytes, command: int, sequence: int) -> Iterable[bytes]:
    """In the segment of the response to the bind."""
    yield from well_behaved(command, sequence)
    if command == BIND:
        yield data


async def test_deliveries_in_the_segment_of_the_bind_arrive() -> None:
    two = delivery(1) + delivery(2)
    async with open_smsc(lambda *it: behind_bind(two, *it)) as smsc, bound_to(smsc.port) as ours:
        await smsc.until(DELIVER_RESP, 2)
        assert [one.sequence for one in ours.had] == [1, 2]


async def test_a_delivery_before_the_bind_is_refused() -> None:
    def script(command: int, sequence: int) -> Iterable[bytes]:
        if command == BIND:
            yield delivery(5)
        yield from well_behaved(command, sequence)

    async with open_smsc(script) as smsc, bound_to(smsc.port) as ours:
        await smsc.until(DELIVER_RESP)
        await ours.bound()
        assert ours.had == []
    assert (DELIVER_RESP, 4) in smsc.statuses


LENGTHS = [struct.pack("!IIII", length, DELIVER, 0, 3) for length in (0, 4, 15, 70_000, 0x7FFFFFFF)]


@pytest.mark.parametrize("frame", LENGTHS)
async def test_a_length_of_no_pdu_begins_anew(frame: bytes) -> None:
    numbers = count()

    def script(command: int, sequence: int) -> Iterable[bytes]:
        yield from well_behaved(command, sequence)
        if command == BIND and next(numbers) == 0:
            yield frame

    async with open_smsc(script) as smsc, bound_to(smsc.port) as ours:
        await smsc.until(BIND, 2)
        await ours.client.submit(SHORT, PATIENCE)
    assert (NACK, 2) in smsc.statuses


@pytest.mark.parametrize("command", [0x00010203, 0x03, 0x103, 0x7FFFFFFF])
async def test_an_unknown_command_is_refused_and_nothing_more(command: int) -> None:
    data = pdu(command, 77, body=b"abc")
    async with open_smsc(lambda *it: behind_bind(data, *it)) as smsc, bound_to(smsc.port) as ours:
        await smsc.until(NACK)
        await ours.client.submit(SHORT, PATIENCE)
    assert (smsc.connections, (NACK, 3) in smsc.statuses, (NACK, 77, b"") in smsc.heard) == (1, True, True)


async def test_unknown_parameters_are_no_fault() -> None:
    data = delivery(9, parameters=tlv(0x1403, b"ab") + tlv(0x3FFF, b"") + tlv(0x0600, b"x"))
    async with open_smsc(lambda *it: behind_bind(data, *it)) as smsc, bound_to(smsc.port) as ours:
        await smsc.until(DELIVER_RESP)
        assert [one.sequence for one in ours.had] == [9]


@pytest.mark.parametrize("status", [0x450, 0x4FF, 0xFFFFFFFF])
async def test_a_status_of_a_vendor_is_an_answer(status: int) -> None:
    def script(command: int, sequence: int) -> Iterable[bytes]:
        yield from [pdu(SUBMIT_RESP, sequence, status)] if command == SUBMIT else well_behaved(command, sequence)

    async with open_smsc(script) as smsc, bound_to(smsc.port) as ours:
        assert (await ours.client.submit(SHORT, PATIENCE)).status == status
        assert (smsc.connections, ours.client.is_bound) == (1, True)


async def test_a_generic_nack_answers_its_request() -> None:
    def script(command: int, sequence: int) -> Iterable[bytes]:
        yield from [pdu(NACK, sequence, 3)] if command == SUBMIT else well_behaved(command, sequence)

    async with open_smsc(script) as smsc, bound_to(smsc.port) as ours:
        answer = await ours.client.submit(SHORT, PATIENCE)
    assert (answer.command, answer.status) == (NACK, 3)


async def test_a_generic_nack_without_sequence_answers_none() -> None:
    def script(command: int, sequence: int) -> Iterable[bytes]:
        yield from [pdu(NACK, 0, 3)] if command == SUBMIT else well_behaved(command, sequence)

    async with open_smsc(script) as smsc, bound_to(smsc.port, short=0.05) as ours:
        with pytest.raises(NoAnswer):
            await ours.client.submit(SHORT, PATIENCE)
        assert ours.client.is_bound


async def test_a_response_of_another_kind_answers_none() -> None:
    def script(command: int, sequence: int) -> Iterable[bytes]:
        if command == SUBMIT:
            yield pdu(ENQUIRE_RESP, sequence) + pdu(SUBMIT_RESP, sequence + 5, body=b"x\0")
        yield from well_behaved(command, sequence)

    async with open_smsc(script) as smsc, bound_to(smsc.port) as ours:
        assert (await ours.client.submit(SHORT, PATIENCE)).command == SUBMIT_RESP
