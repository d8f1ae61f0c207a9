"""How messages that come over SMPP are answered, and what a deliver_sm is for the conversation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from channels.contracts.channel import cut
from channels.contracts.phone_numbers import normalize_number
from channels.smpp.alphabets import Alphabet, decode_text
from channels.smpp.parts import Message
from state.errors import BadRequest
from state.interfaces import Inbound, Recipient, ScreenSize

GATEWAY = "sms"


@dataclass(frozen=True, slots=True)
class SmppSmsRules:
    """The messages of one gateway."""

    room: ClassVar[ScreenSize] = ScreenSize("sms", 3 * 153, 3 * 67)  # three SMS; longer texts are paged
    dedup_seconds: ClassVar[float] = 3600.0  # in which an operator gives a delivery again that was not answered
    response_deadline: ClassVar[float] = 4.0

    name: str

    def replies_inline(self, inbound: Inbound) -> bool:
        """Whether the response carries the answer: never, it is a message of the outbox."""
        return False

    def inbound(self, message: Message, alphabet: Alphabet, named: str) -> Inbound | None:
        """Return the citizen's message; None if the sender is a name in letters, which cannot be answered."""
        try:
            phone = normalize_number(message.first.source.digits)
        except BadRequest:
            return None
        text = cut(decode_text(message.first.data_coding, message.octets, alphabet))
        return Inbound(
            self.name, phone, "", text, inputs_are_cumulative=False, message=named, reply_to=Recipient(GATEWAY, phone)
        )
