"""Citizens under names that do not tell their phone numbers: what sessions, counters and choices are kept by."""

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

    def of(self, citizen: str) -> str:
        """The name of whatever tells somebody from others."""
        named = self._keyed.copy()
        named.update(citizen.encode())
        return named.hexdigest()
