"""Parts of long messages: their places, and how they are put together."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest

from channels.smpp.parts import MAX_OCTETS, Part, Reassembly, header, joined, parameters, shortened, split_header
from smpp.constants import ESM_UDHI
from smpp.messages import Address, ShortMessage

TO = Address("5000")


def part(number: int, total: int = 3, reference: int = 7, phone: str = "2290190000001") -> ShortMessage:
    octets = header(Part(reference, total, number)) + b"%d" % number
    return ShortMessage(Address(phone, 1, 1), TO, octets, esm_class=ESM_UDHI)


@pytest.mark.parametrize("order", list(permutations((1, 2, 3))))
def test_parts_in_any_order_make_one_message(order: tuple[int, ...]) -> None:
    parts = Reassembly()
    *first, last = (parts.take(part(number)) for number in order)
    assert (first, last and last.octets) == ([None, None], b"123")


def test_parts_are_joined_by_their_places() -> None:
    found = joined([part(3), part(1), part(1)])
    assert found
    assert (found.octets, found.first.source.digits, joined([])) == (b"13", "2290190000001", None)


def test_part_is_stored_without_what_it_does_not_need() -> None:
    long = replace(part(1, 2), text=b"x" * 60_000, parameters={**parameters(Part(7, 2, 1)), 0x1FFF: b"y" * 60_000})
    short = shortened(long)
    assert (len(short.text), short.parameters) == (MAX_OCTETS, parameters(Part(7, 2, 1)))


def test_parameters_say_the_same_as_a_header() -> None:
    message = ShortMessage(TO, TO, b"x", parameters=parameters(Part(300, 2, 1)))
    assert split_header(message) == (Part(300, 2, 1), b"x")


ODD = [b"", b"\x05", b"\xff\0", b"\x05\0\3\1\2\3x", b"\x05\0\3\1\2\0x", b"\x04\x70\2\0\0x"]


@pytest.mark.parametrize("octets", ODD)
def test_header_that_says_nothing_makes_a_whole_message(octets: bytes) -> None:
    found = Reassembly().take(ShortMessage(TO, TO, octets, esm_class=ESM_UDHI))
    assert found
    assert found.key is None
