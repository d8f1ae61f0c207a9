"""Addresses at rest: sealed with a key, so that a stolen disk names nobody.

Fernet (AES-128-CBC and HMAC-SHA-256, cryptography.io/en/latest/fernet) under a key made from a secret. Sealing the same
address twice gives two texts: nobody can tell from the registry who is written to often.
"""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken

from state.errors import ZinError


class Seal:
    """Seals texts, and opens what it sealed."""

    def __init__(self, secret: str) -> None:
        key = hashlib.blake2b(secret.encode(), digest_size=32, person=b"zin addresses").digest()
        self._fernet = Fernet(base64.urlsafe_b64encode(key))

    def close(self, text: str) -> str:
        """The sealed text."""
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """What was sealed. Raises ZinError when it was sealed with another secret, or tampered with."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise ZinError("an address was sealed with another secret: set ZIN_SECRET as it was") from None
