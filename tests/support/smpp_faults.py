"""Faults of message centres, each for as often as a fault says; then the peer behaves well."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from smpp.constants import ESM_RECEIPT, RMSGQFUL, RSYSERR, RTHROTTLED
from tests.support.smsc import (
    BIND,
    BIND_RESP,
    ENQUIRE,
    NACK,
    SUBMIT,
    SUBMIT_RESP,
    UNBIND,
    delivery,
    pdu,
    tlv,
    well_behaved,
)

Answer = Callable[[int], Iterable[bytes]]
VENDOR, UNKNOWN, OUTBIND, TOO_LONG = 0x450, 0x7F, 0x0B, 0x7FFFFFFF


@dataclass(frozen=True, slots=True)
class Fault:
    """The answer to one command, so many times. doubles are the messages that may come twice; hangs_up: the connection
    is closed behind the answer; in_octets: every octet is written by itself.
    """

    name: str
    command: int
    answer: Answer
    times: int = 1
    doubles: int = 0
    hangs_up: bool = False
    in_octets: bool = False


@dataclass(slots=True)
class Script:
    """How the peer answers while a fault is played; happened is how often it was."""

    fault: Fault
    happened: int = 0

    def __call__(self, command: int, sequence: int) -> Iterable[bytes]:
        if command != self.fault.command or self.happened >= self.fault.times:
            return well_behaved(command, sequence)
        self.happened += 1
        return self.fault.answer(sequence)


def _nothing(sequence: int) -> Iterable[bytes]:
    return ()


def _status(status: int, command: int = SUBMIT_RESP) -> Answer:
    return lambda sequence: [pdu(command, sequence, status)]


def _around(command: int, before: bytes = b"", behind: bytes = b"") -> Answer:
    return lambda sequence: [before, *well_behaved(command, sequence), behind]


def _receipt_first(sequence: int) -> Iterable[bytes]:
    text = (
        b"id:id%d sub:001 dlvrd:001 submit date:2601010800 done date:2601010801 stat:DELIVRD err:000 text:" % sequence
    )
    return [delivery(900_000 + sequence, text, esm=ESM_RECEIPT), *well_behaved(SUBMIT, sequence)]


def _with_parameter(sequence: int) -> Iterable[bytes]:
    return [pdu(SUBMIT_RESP, sequence, body=b"id%d\0" % sequence + tlv(0x1FFF, b"vendor"))]


def framed(length: int) -> bytes:
    """A header whose length no PDU has."""
    return length.to_bytes(4, "big") + pdu(ENQUIRE, 77)[4:]


ALWAYS = 1000  # times
WINDOW = 10  # of the file of the gateway: what may be in flight when a connection ends
ANSWERED = [
    Fault("a receipt before each response", SUBMIT, _receipt_first, times=ALWAYS),
    Fault("throttled", SUBMIT, _status(RTHROTTLED), times=18),
    Fault("queue full", SUBMIT, _status(RMSGQFUL), times=18),
    Fault("a vendor's status", SUBMIT, _status(VENDOR), times=5),
    Fault("generic_nack with its sequence", SUBMIT, _status(RSYSERR, NACK), times=5),
    Fault("an unknown parameter", SUBMIT, _with_parameter, times=ALWAYS),
    Fault("an unknown command", SUBMIT, _around(SUBMIT, pdu(UNKNOWN, 78)), times=ALWAYS),
    Fault("outbind", BIND, _around(BIND, pdu(OUTBIND, 79, body=b"smsc\0\0"))),
    Fault("a delivery behind bind_resp", BIND, _around(BIND, behind=delivery(80, b"AIDE"))),
    Fault("a delivery before bind_resp", BIND, _around(BIND, delivery(81, b"AIDE"))),
    Fault("a refused bind", BIND, _status(0x0D, BIND_RESP), times=2),
    Fault("every octet by itself", SUBMIT, lambda sequence: well_behaved(SUBMIT, sequence), in_octets=True),
    Fault("a length too short", SUBMIT, _around(SUBMIT, behind=framed(8)), doubles=WINDOW),
    Fault("a length too long", SUBMIT, _around(SUBMIT, behind=framed(TOO_LONG)), doubles=WINDOW),
    Fault("unbind in the middle", SUBMIT, _around(SUBMIT, pdu(UNBIND, 82)), doubles=WINDOW),
    Fault("gone behind a response", SUBMIT, _around(SUBMIT), doubles=WINDOW, hangs_up=True),
    Fault("gone before a response", SUBMIT, _nothing, doubles=WINDOW, hangs_up=True),
    Fault("gone before bind_resp", BIND, _nothing, hangs_up=True),
]
SILENT = [
    Fault("no answer to submit_sm", SUBMIT, _nothing, times=3, doubles=3),
    Fault("generic_nack without a sequence", SUBMIT, lambda _: [pdu(NACK, 0, RSYSERR)], times=3, doubles=3),
    Fault("no answer to the bind", BIND, _nothing),
]
