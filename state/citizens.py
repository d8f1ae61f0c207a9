"""Citizens, and their calls and messages, under names that do not tell their phone numbers.

A gateway's id of a message may hold the number, as WhatsApp's does in base64: nothing is stored under one as it came.
"""

from __future__ import annotations

import hashlib

from state.messages import Inbound, Recipient


class Names:
    """Names made with a secret, the same for the same citizen as long as the secret stays."""

    def __init__(self, secret: str) -> None:
        self._keyed = hashlib.blake2b(key=secret.encode()[:64], digest_size=16)

    def here(self, inbound: Inbound) -> str:
        """The citizen on this channel: two phones' sessions, or one phone's on two channels, never meet."""
        return self.of(f"{inbound.channel} {inbound.citizen}")

    def anywhere(self, inbound: Inbound) -> str:
        """The citizen on every channel that knows the phone; on one that does not, the citizen there."""
        known = inbound.citizen.startswith("+")
        return self.of(inbound.citizen) if known else self.here(inbound)

    def at(self, to: Recipient) -> str:
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
