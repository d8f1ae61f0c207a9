"""The parts of a long message, in both directions: a user data header or the parameters that begin with sar_.

A header has the form of 3GPP TS 23.040, 9.2.3.24.1: element 0x00 with a reference of one octet, 0x08 with one of two.
Incoming parts come in any order, twice, late, or never all. What is incomplete is held for a while, and only so much of
it; then it is given on as it is, because half a message says more than none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from smpp.constants import SAR_MSG_REF_NUM, SAR_SEGMENT_SEQNUM, SAR_TOTAL_SEGMENTS
from smpp.messages import ShortMessage

MAX_INCOMPLETE: Final = 1000  # messages with missing parts that one bind holds
MAX_PARTS: Final = 10  # of one message that is read; a text beyond that is cut anyway
MAX_OCTETS: Final = 254  # of one part, as in short_message; a message_payload needs no parts. SMPP 3.4, 5.2.22
INCOMPLETE_SECONDS: Final = 120.0  # for which a message waits for its missing parts
HEADER_8BIT, HEADER_16BIT = 0x00, 0x08


class Part(NamedTuple):
    """The place of a part: the number of its message, how many parts that has, and which one this is, from 1."""

    reference: int
    total: int
    number: int


Key = tuple[str, str, int, int]  # source, destination, reference, and how many parts


class Message(NamedTuple):
    """A message put together from its parts. first has the addresses and the coding; key is that of `Reassembly`."""

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
    given = [found.get(tag, b"") for tag in (SAR_MSG_REF_NUM, SAR_TOTAL_SEGMENTS, SAR_SEGMENT_SEQNUM)]
    return _valid(Part(*(int.from_bytes(value, "big") for value in given))) if all(given) else None


def _valid(part: Part) -> Part | None:
    return part if 1 < part.total <= 255 and 0 < part.number <= part.total else None


@dataclass(slots=True)
class _Incomplete:
    """The parts of one message that are there."""

    key: Key
    until: float
    total: int
    head: ShortMessage  # of the part that came first, without its text
    found: dict[int, bytes] = field(default_factory=dict)

    def joined(self) -> Message:
        """Put together what is there."""
        return Message(self.head, b"".join(self.found[number] for number in sorted(self.found)), self.key)


def _begin(key: Key, message: ShortMessage, now: float) -> _Incomplete:
    head = replace(message, text=b"", parameters={})
    return _Incomplete(key, now + INCOMPLETE_SECONDS, min(key[3], MAX_PARTS), head)


class Reassembly:
    """The incomplete messages of one bind. Times are seconds of any one clock."""

    def __init__(self) -> None:
        self._incomplete: dict[Key, _Incomplete] = {}

    def take(self, message: ShortMessage, now: float) -> Message | None:
        """Take a message or a part; returns the message once every part is there.

        Its parts are held until it is settled: if it cannot be answered now, only the last one is delivered again.
        """
        part, octets = split_header(message)
        if part is None:
            return Message(message, octets)
        key = (message.source.digits, message.destination.digits, part.reference, part.total)
        held = self._incomplete.get(key) or _begin(key, message, now)
        if part.number <= MAX_PARTS:
            held.found.setdefault(part.number, octets[:MAX_OCTETS])
        if held.found:
            self._incomplete[key] = held
        return held.joined() if len(held.found) == held.total else None

    def settle(self, message: Message) -> None:
        """Forget the parts of a message that was answered."""
        if message.key:
            self._incomplete.pop(message.key, None)

    def overdue(self, now: float) -> Iterator[Message]:
        """Yield the messages that have waited for long enough, and the oldest of those that are too many."""
        for key, held in list(self._incomplete.items()):
            if held.until > now and len(self._incomplete) <= MAX_INCOMPLETE:
                return
            del self._incomplete[key]
            yield held.joined()
