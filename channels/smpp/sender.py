"""SMS over SMPP: encodes and splits a message, gives its parts to a bind, and reads what the operator answers.

The parts of a message leave one after the other, each in a place of the bind's window. A part that is refused because
there are too many is sent again here, so that the parts before it are not sent twice. The receipt that counts is that
of the last part: a phone shows a long message when it has all.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import ClassVar, Final, Protocol

from channels.contracts.sender import Message, NeedsOperator, PermanentFailure, RetryLater
from channels.smpp.alphabets import encode_text
from channels.smpp.parts import Part, header, parameters
from channels.smpp.receipts import reference
from channels.smpp.smpp_shape import SmppFile, SmsPart
from smpp import constants
from smpp.constants import ESM_UDHI, FINAL_RECEIPT, GENERIC_NACK, THROTTLED, status_name
from smpp.errors import NoAnswer, NoPlace, NotBound
from smpp.messages import Address, ShortMessage
from smpp.octets import Octets
from smpp.pdu import Pdu
from state.text.sms_parts import split_sms

GATEWAY: Final = "sms"
WAIT_SECONDS: Final = 20.0  # for a bind, a place and an end of throttling; shorter than the time for one try
NEVER: Final = frozenset({constants.RINVMSGLEN, constants.RINVDSTADR, constants.RINVDSTTON, constants.RINVDSTNPI})
OPERATOR: Final = frozenset(
    {
        *(constants.RINVSRCADR, constants.RINVSRCTON, constants.RINVSRCNPI, constants.RINVSERTYP),
        *(constants.RBINDFAIL, constants.RINVPASWD, constants.RINVSYSID, constants.RINVBNDSTS),
        *(constants.RINVCMDID, constants.RINVCMDLEN, constants.RINVOPTPARSTREAM, constants.RINVOPTPARAMVAL),
    }
)


class Submitter(Protocol):
    """The bind that a message leaves by (smpp/client.py)."""

    @property
    def is_bound(self) -> bool:
        """Return whether messages can be sent now."""

    async def submit(self, message: ShortMessage, seconds: float, *, is_urgent: bool = False) -> Pdu:
        """Send a message and return the response. Raises NotBound, NoPlace and NoAnswer."""


@dataclass(frozen=True, slots=True)
class SmsRoute:
    """A gateway whose file has messages, and its bind."""

    name: str
    file: SmppFile
    sms: SmsPart
    bind: Submitter

    def serves(self, number: str) -> bool:
        """Return whether it takes messages to this number, in digits."""
        return not self.sms.prefixes or number.startswith(self.sms.prefixes)


class SmppSms:
    """The Sender of the gateway `sms`: a message leaves by the first bind that serves its number and is up."""

    gateway: ClassVar[str] = GATEWAY

    def __init__(self, routes: Sequence[SmsRoute]) -> None:
        self._routes = tuple(routes)
        self.per_second = sum(route.file.per_second for route in routes)

    async def close(self) -> None:
        """Do nothing: the binds are closed by what opened them."""

    def route(self, message: Message) -> SmsRoute | None:
        """Return the gateway that a message leaves by now; None if none serves its number."""
        number = message.address.removeprefix("+")
        serving = [route for route in self._routes if route.serves(number)]
        return next((one for one in serving if one.bind.is_bound), serving[0] if serving else None)

    async def send(self, message: Message) -> str:
        """Send one SMS and return the id that a receipt of its last part will have."""
        number, route = message.address.removeprefix("+"), self.route(message)
        if route is None:
            raise NeedsOperator("no_route")
        until, answer = asyncio.get_running_loop().time() + WAIT_SECONDS, None
        for part in _messages(route, number, message):
            answer = await _submit(route.bind, part, until)
        assert answer, "a message has a part"
        named = reference(_message_id(answer), route.sms.receipt_ids)
        return f"{route.name}:{named}" if named else ""


async def _submit(bind: Submitter, message: ShortMessage, until: float) -> Pdu:
    """Send one part, again while the peer says that there are too many. Raises what a Sender raises."""
    loop = asyncio.get_running_loop()
    while True:
        try:
            answer = await bind.submit(message, max(0.0, until - loop.time()))
        except (NotBound, NoPlace, NoAnswer) as error:
            raise RetryLater("no_answer" if isinstance(error, NoAnswer) else str(error)) from None
        if answer.status not in THROTTLED:
            break
    name = status_name(answer.status)
    if answer.command == GENERIC_NACK:  # it was not read, so it was not refused either (SMPP 3.4, section 4.3.1)
        raise RetryLater(f"nack_{name}")
    if answer.status in NEVER:
        raise PermanentFailure(name)
    if answer.status in OPERATOR:
        raise NeedsOperator(name)
    if answer.status:
        raise RetryLater(name)
    return answer


def _messages(route: SmsRoute, number: str, message: Message) -> Iterator[ShortMessage]:
    """Yield the parts of a message in the way that the operator takes them; the last one asks for a receipt."""
    file, sms = route.file, route.sms
    texts = (message.text,) if sms.long == "payload" else split_sms(message.text)
    mark = int.from_bytes(blake2b(message.key.encode(), digest_size=2).digest(), "big")
    coding = encode_text(message.text, sms.alphabet)[0]  # one for all parts
    for place, text in enumerate(texts, 1):
        octets = encode_text(text, sms.alphabet)[1] if coding != 8 else text.encode("utf-16-be", "replace")
        part = Part(mark, len(texts), place)
        is_part, has_header = len(texts) > 1, len(texts) > 1 and sms.long == "udh"
        yield ShortMessage(
            Address(sms.sender, file.source.ton, file.source.npi),
            Address(number, file.destination.ton, file.destination.npi),
            (header(part) if has_header else b"") + octets,
            esm_class=ESM_UDHI if has_header else 0,
            validity=f"0000{sms.validity_hours // 24:02}{sms.validity_hours % 24:02}0000000R",
            registered_delivery=FINAL_RECEIPT if place == len(texts) else 0,
            data_coding=coding,
            parameters=parameters(part) if is_part and not has_header else {},
        )


def _message_id(answer: Pdu) -> str:
    return Octets(answer.body).string() if answer.body.endswith(b"\0") else answer.body.decode("latin-1")
