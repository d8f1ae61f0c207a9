"""Parts of long messages: in any order, twice, late, or never all."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest

from channels.smpp.parts import (
    INCOMPLETE_SECONDS,
    MAX_INCOMPLETE,
    MAX_OCTETS,
    Part,
    Reassembly,
    header,
    parameters,
    split_header,
)
from smpp.constants import ESM_UDHI
from smpp.messages import Address, ShortMessage

TO = Address("5000")


def part(number: int, total: int = 3, reference: int = 7, phone: str = "2290190000001") -> ShortMessage:
    octets = header(Part(reference, total, number)) + b"%d" % number
    return ShortMessage(Address(phone, 1, 1), TO, octets, esm_class=ESM_UDHI)


@pytest.mark.parametrize("order", list(permutations((1, 2, 3))))
def test_parts_in_any_order_make_one_message(order: tuple[int, ...]) -> None:
    parts = Reassembly()
    *first, last = (parts.take(part(number), 0.0) for number in order)
    assert (first, last and last.octets) == ([None, None], b"123")


def test_part_that_comes_twice_counts_once() -> None:
    parts = Reassembly()
    assert [parts.take(part(number, 2), 0.0) for number in (1, 1)] == [None, None]
    found = parts.take(part(2, 2), 0.0)
    assert found
    assert found.octets == b"12"


def test_message_not_settled_is_there_for_its_last_part() -> None:
    parts = Reassembly()
    parts.take(part(1, 2), 0.0)
    first = parts.take(part(2, 2), 0.0)
    again = parts.take(part(2, 2), 1.0)
    assert first
    assert again
    assert first.octets == again.octets
    parts.settle(again)
    assert list(parts.overdue(float("inf"))) == []


def test_incomplete_message_is_given_on_after_a_while() -> None:
    parts = Reassembly()
    parts.take(part(3), 0.0)
    parts.take(part(1), 0.0)
    assert list(parts.overdue(INCOMPLETE_SECONDS - 1)) == []
    assert [one.octets for one in parts.overdue(INCOMPLETE_SECONDS)] == [b"13"]
    assert list(parts.overdue(INCOMPLETE_SECONDS)) == []


def test_part_with_a_payload_is_cut_to_a_part() -> None:
    parts, long = Reassembly(), replace(part(1, 2), text=header(Part(7, 2, 1)) + b"x" * 60_000)
    parts.take(long, 0.0)
    found = parts.take(part(2, 2), 0.0)
    assert found
    assert found.octets == b"x" * MAX_OCTETS + b"2"


def test_too_many_incomplete_messages_push_out_the_oldest() -> None:
    parts = Reassembly()
    for number in range(MAX_INCOMPLETE + 1):
        parts.take(part(1, phone=f"22901{number:08}"), 0.0)
    assert [one.first.source.digits for one in parts.overdue(0.0)] == ["2290100000000"]


def test_two_citizens_with_one_reference_stay_apart() -> None:
    parts = Reassembly()
    assert parts.take(part(1, 2), 0.0) is None
    assert parts.take(part(2, 2, phone="2290190000002"), 0.0) is None


def test_parameters_say_the_same_as_a_header() -> None:
    message = ShortMessage(TO, TO, b"x", parameters=parameters(Part(300, 2, 1)))
    assert split_header(message) == (Part(300, 2, 1), b"x")


ODD = [b"", b"\x05", b"\xff\0", b"\x05\0\3\1\2\3x", b"\x05\0\3\1\2\0x", b"\x04\x70\2\0\0x"]


@pytest.mark.parametrize("octets", ODD)
def test_header_that_says_nothing_makes_a_whole_message(octets: bytes) -> None:
    found = Reassembly().take(ShortMessage(TO, TO, octets, esm_class=ESM_UDHI), 0.0)
    assert found
    assert found.key is None
