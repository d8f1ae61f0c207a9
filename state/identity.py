"""Pseudonyms: keyed hashes of citizens, calls and messages, and the mobile network of a number.

A gateway's id of a message may contain the phone number (WhatsApp's does, in base64), so ids are hashed too.

The mobile network of a citizen is the one that the gateway gives, else the one of the number's first digits, by the
numbering plan of the country (locales/country.yaml). A number that was ported to another network counts for its first
network.
"""

from __future__ import annotations

import hashlib
from typing import Final

from state.country import country
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


OTHER: Final = "autre"


def network(inbound: Inbound) -> str:
    """Return the name of the mobile network; "" if neither the gateway nor the number gives one."""
    if known := country().numbers.network(inbound.network, inbound.citizen):
        return known
    return OTHER if inbound.network or inbound.citizen.startswith("+") else ""
