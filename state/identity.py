"""Citizens, and their calls and messages, under names that do not tell their phone numbers.

A gateway's id of a message may hold the number, as WhatsApp's does in base64: nothing is stored under one as it came.

Which mobile network a citizen of Benin calls from: as the gateway says, else by the number's first digits.

Codes: MCC 616. Digits behind +22901: those of the phonenumbers library's carrier data, as blocks were given out; who
kept a number and changed the network is counted with the old one.
"""

from __future__ import annotations

import hashlib
from typing import Final

from state.interfaces import Inbound, Recipient


class Pseudonyms:
    """Names made with a secret, the same for the same citizen as long as the secret stays."""

    def __init__(self, secret: str) -> None:
        self._keyed = hashlib.blake2b(key=secret.encode()[:64], digest_size=16)

    def on_channel(self, inbound: Inbound) -> str:
        """The citizen on this channel: two phones' sessions, or one phone's on two channels, never meet."""
        return self.of(f"{inbound.channel} {inbound.citizen}")

    def across_channels(self, inbound: Inbound) -> str:
        """The citizen on every channel that knows the phone; on one that does not, the citizen there."""
        known = inbound.citizen.startswith("+")
        return self.of(inbound.citizen) if known else self.on_channel(inbound)

    def of_recipient(self, to: Recipient) -> str:
        """Whoever is written to at this address."""
        return self.of(f"{to.gateway} {to.address}")

    def message(self, inbound: Inbound) -> str:
        """One message of this citizen on this channel: two citizens' messages under one id of a gateway never meet."""
        return self.of(f"message\0{inbound.channel}\0{inbound.citizen}\0{inbound.message}")

    def call(self, inbound: Inbound) -> str:
        """One call of this citizen on this channel."""
        return self.of(f"call\0{inbound.channel}\0{inbound.citizen}\0{inbound.session}")

    def reference(self, gateway: str, reference: str) -> str:
        """What a gateway calls a message that it took."""
        return self.of(f"reference\0{gateway}\0{reference}")

    def of(self, citizen: str) -> str:
        """The name of whatever tells somebody from others."""
        named = self._keyed.copy()
        named.update(citizen.encode("utf-8", "surrogatepass"))  # a gateway's name for a message may hold anything
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
    """The network's name; "" where neither a gateway nor a number says anything."""
    if known := CODES.get(inbound.network):
        return known
    if inbound.citizen.startswith(BENIN):
        return _BY_DIGITS.get(inbound.citizen[len(BENIN) : len(BENIN) + 2], OTHER)
    return OTHER if inbound.network or inbound.citizen.startswith("+") else ""
