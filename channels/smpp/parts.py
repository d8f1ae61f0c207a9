"""The parts of a long message, in both directions: a user data header or the parameters that begin with sar_.

A header has the form of 3GPP TS 23.040, 9.2.3.24.1: element 0x00 with a reference of one octet, 0x08 with one of two.
Incoming parts come in any order, twice, late, or never all (channels/smpp/stored_parts.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from smpp.constants import SAR_MSG_REF_NUM, SAR_SEGMENT_SEQNUM, SAR_TOTAL_SEGMENTS
from smpp.messages import ShortMessage

MAX_PARTS: Final = 10  # of one message that is read; a text beyond that is cut anyway
MAX_OCTETS: Final = 254  # of one part, as in short_message; a message_payload needs no parts. SMPP 3.4, 5.2.22
SAR: Final = (SAR_MSG_REF_NUM, SAR_TOTAL_SEGMENTS, SAR_SEGMENT_SEQNUM)
HEADER_8BIT, HEADER_16BIT = 0x00, 0x08


class Part(NamedTuple):
    """The place of a part: the number of its message, how many parts that has, and which one this is, from 1."""

    reference: int
    total: int
    number: int


Key = tuple[str, str, int, int]  # source, destination, reference, and how many parts


class Message(NamedTuple):
    """A message put together from its parts. first has the addresses and the coding; key is that of its parts."""

    first: ShortMessage
    octets: bytes
    key: Key | None = None


def header(part: Part) -> bytes:
    """Return the user data header of a part, with a reference of one octet."""
    return bytes((5, HEADER_8BIT, 3, part.reference & 0xFF, part.total, part.number))


def parameters(part: Part) -> dict[int, bytes]:
    """Return the parameters of a part."""
    return {
        SAR_MSG_REF_NUM: part.reference.to_bytes(2, "big"),
        SAR_TOTAL_SEGMENTS: bytes((part.total,)),
        SAR_SEGMENT_SEQNUM: bytes((part.number,)),
    }


def split_header(message: ShortMessage) -> tuple[Part | None, bytes]:
    """Return the place of a part, None for a whole message, and its octets without the header."""
    if not message.has_header or not message.text:
        return _from_parameters(message.parameters), message.text
    end = message.text[0] + 1
    return _from_header(message.text[1:end]), message.text[end:]


def _from_header(elements: bytes) -> Part | None:
    at = 0
    while at + 2 <= len(elements):
        kind, length = elements[at], elements[at + 1]
        value = elements[at + 2 : at + 2 + length]
        if (kind, len(value)) in ((HEADER_8BIT, 3), (HEADER_16BIT, 4)):
            return _valid(Part(int.from_bytes(value[:-2], "big"), value[-2], value[-1]))
        at += 2 + length
    return None


def _from_parameters(found: Mapping[int, bytes]) -> Part | None:
    given = [found.get(tag, b"") for tag in SAR]
    return _valid(Part(*(int.from_bytes(value, "big") for value in given))) if all(given) else None


def _valid(part: Part) -> Part | None:
    return part if 1 < part.total <= 255 and 0 < part.number <= part.total else None


def key_of(message: ShortMessage, part: Part) -> Key:
    """Return what the parts of one message have in common."""
    return message.source.digits, message.destination.digits, part.reference, part.total


def shortened(message: ShortMessage) -> ShortMessage:
    """Return a part without what it does not need: octets that no part has, and other parameters."""
    needed = {tag: value for tag, value in message.parameters.items() if tag in SAR}
    return replace(message, text=message.text[:MAX_OCTETS], parameters=needed)


def joined(parts: Sequence[ShortMessage]) -> Message | None:
    """Put together the parts of one message, of which the first gives the coding; None for none."""
    found: dict[int, bytes] = {}
    key: Key | None = None
    for one in parts:
        part, octets = split_header(one)
        if part:
            found.setdefault(part.number, octets)
            key = key_of(one, part)
    if key is None:
        return None
    return Message(replace(parts[0], text=b"", parameters={}), b"".join(found[number] for number in sorted(found)), key)


class Reassembly:
    """The incomplete messages of a phone that is played, in memory."""

    def __init__(self) -> None:
        self._held: dict[Key, dict[int, ShortMessage]] = {}

    def take(self, message: ShortMessage) -> Message | None:
        """Take a message or a part; returns the message once every part is there."""
        part, octets = split_header(message)
        if part is None:
            return Message(message, octets)
        key = key_of(message, part)
        held = self._held.setdefault(key, {})
        held[part.number] = message
        return joined(list(self._held.pop(key).values())) if len(held) == part.total else None
