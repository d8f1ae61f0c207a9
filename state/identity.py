"""Pseudonyms: keyed hashes of citizens, calls and messages, and the mobile network of a number.

A gateway's id of a message may contain the phone number (WhatsApp's does, in base64), so ids are hashed too.

The mobile network of a citizen of Benin is the one that the gateway gives, else the one of the number's first digits.
Codes: MCC 616. Digits after +22901: the carrier data of the phonenumbers library, as blocks were assigned. A number
that was ported to another network counts for its first network.
"""

from __future__ import annotations

import hashlib
from typing import Final

from state.interfaces import Inbound, Recipient


class Pseudonyms:
    """Makes keyed hashes: the same input gives the same pseudonym while the secret stays the same."""

    def __init__(self, secret: str) -> None:
        self._keyed = hashlib.blake2b(key=secret.encode()[:64], digest_size=16)

    def on_channel(self, inbound: Inbound) -> str:
        """Return the citizen's pseudonym on this channel: two phones have different ones, and so have two channels."""
        return self.of(f"{inbound.channel} {inbound.citizen}")

    def across_channels(self, inbound: Inbound) -> str:
        """Return the citizen's pseudonym on all channels that know the phone number, else on this channel only."""
        known = inbound.citizen.startswith("+")
        return self.of(inbound.citizen) if known else self.on_channel(inbound)

    def of_recipient(self, to: Recipient) -> str:
        """Return the pseudonym of this address."""
        return self.of(f"{to.gateway} {to.address}")

    def message(self, inbound: Inbound) -> str:
        """Return the pseudonym of a message; messages of two citizens with one gateway id have different ones."""
        return self.of(f"message\0{inbound.channel}\0{inbound.citizen}\0{inbound.message}")

    def call(self, inbound: Inbound) -> str:
        """Return the pseudonym of a citizen's call on this channel."""
        return self.of(f"call\0{inbound.channel}\0{inbound.citizen}\0{inbound.session}")

    def reference(self, gateway: str, reference: str) -> str:
        """Return the pseudonym of a gateway's reference of a message that it accepted."""
        return self.of(f"reference\0{gateway}\0{reference}")

    def subject(self, question: str, reference: str) -> str:
        """Return the topic of the news about one reference; the reference itself identifies a person."""
        named = self.of(f"subject\0{question}\0{reference}")
        return f"{question}:{named}"

    def of(self, citizen: str) -> str:
        """Return the keyed hash of a text that identifies something."""
        named = self._keyed.copy()
        named.update(citizen.encode("utf-8", "surrogatepass"))  # a gateway's message id may have any characters
        return named.hexdigest()


CODES: Final = {"61602": "Moov", "61603": "MTN"}
BENIN: Final = "+22901"
OTHER: Final = "autre"
_BLOCKS: Final = {
    "MTN": "42 46 50 51 52 53 54 56 57 59 61 62 66 67 69 90 91 96 97",
    "Moov": "45 55 58 60 63 64 65 68 94 95 98 99",
    "Celtiis": "28 40 41 43 44 47 48 49 92 93",
}
_BY_DIGITS: Final = {digits: name for name, blocks in _BLOCKS.items() for digits in blocks.split()}


def network(inbound: Inbound) -> str:
    """Return the name of the mobile network; "" if neither the gateway nor the number gives one."""
    if known := CODES.get(inbound.network):
        return known
    if inbound.citizen.startswith(BENIN):
        return _BY_DIGITS.get(inbound.citizen[len(BENIN) : len(BENIN) + 2], OTHER)
    return OTHER if inbound.network or inbound.citizen.startswith("+") else ""
