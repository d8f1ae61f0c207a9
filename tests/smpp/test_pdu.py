"""PDUs in a stream: whole at every cut, and bounded lengths."""

from __future__ import annotations

import struct

import pytest

from smpp.errors import InvalidFrame
from smpp.pdu import MAX_PDU, Pdu, PduStream

THREE = (Pdu(0x80000009, 1, 0, b"smsc\0"), Pdu(5, 7, 0, b"\0" * 40), Pdu(0x15, 2**31 - 1, 0x450))
WIRE = b"".join(one.encoded() for one in THREE)


@pytest.mark.parametrize("cut", range(len(WIRE) + 1))
def test_pdus_are_whole_wherever_they_are_cut(cut: int) -> None:
    stream = PduStream()
    assert (*stream.feed(WIRE[:cut]), *stream.feed(WIRE[cut:])) == THREE


def test_pdus_are_whole_byte_by_byte() -> None:
    stream = PduStream()
    assert tuple(pdu for byte in WIRE for pdu in stream.feed(bytes((byte,)))) == THREE


@pytest.mark.parametrize("length", [0, 4, 15, MAX_PDU + 1, 0x7FFFFFFF, 0xFFFFFFFF])
def test_a_length_of_no_pdu_is_refused(length: int) -> None:
    found = PduStream().feed(WIRE + struct.pack("!IIII", length, 5, 0, 3))
    assert [next(found) for _ in THREE] == list(THREE)
    with pytest.raises(InvalidFrame, match=str(length)):
        next(found)
