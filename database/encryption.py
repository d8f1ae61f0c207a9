"""What is kept of citizens at rest, sealed with a key, so that a stolen disk names nobody.

Fernet (AES-128-CBC and HMAC-SHA-256, cryptography.io/en/latest/fernet) under keys made from secrets: the first seals,
all open. Sealing the same text twice gives two texts: nobody can tell from the registry who is written to often. A
sealed text begins with the name of its key, and opens only in the row and table that it was sealed for.

What was sealed before keys had names has no name and is bound to no row; it opens as long as its key is given, until
`zin secrets rotate` has sealed it anew.
"""

from __future__ import annotations

import base64
import hashlib
from typing import Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from state.errors import ZinError

BOUND: Final = "\0"  # begins what was bound to its row; no address and no JSON does
OTHER: Final = "sealed with a key that is not given, or for another row: ZIN_REST_KEYS needs the key that sealed it"


class Seal:
    """Seals texts for one row of one table, and opens what it sealed."""

    def __init__(self, first: str, *others: str) -> None:
        keys = {key_name(secret): Fernet(base64.urlsafe_b64encode(_key(secret))) for secret in (first, *others)}
        self.name, self._keys, self._all = key_name(first), keys, MultiFernet(list(keys.values()))

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the keys that are given, with which what they sealed begins."""
        return tuple(self._keys)

    def encrypt(self, text: str, table: str, row: str) -> str:
        """The text sealed for this row."""
        return f"{self.name}.{self._keys[self.name].encrypt(f'{_bound(table, row)}{text}'.encode()).decode()}"

    def decrypt(self, sealed: str, table: str, row: str) -> str:
        """What was sealed for this row. Raises ZinError for another key or row, and for what was tampered with."""
        name, named, token = sealed.rpartition(".")
        key = self._keys.get(name) if named else self._all
        if key is None:
            raise ZinError(OTHER)
        try:
            text = key.decrypt(token.encode()).decode()
        except InvalidToken:
            raise ZinError(OTHER) from None
        start = _bound(table, row) if named else ""
        if not text.startswith(start) or (not named and text.startswith(BOUND)):
            raise ZinError(OTHER)
        return text[len(start) :]


def key_name(secret: str) -> str:
    """What the key made from this secret is called: it tells nothing of the key."""
    return hashlib.blake2b(_key(secret), digest_size=4, person=b"zin key name").hexdigest()


def _key(secret: str) -> bytes:
    return hashlib.blake2b(secret.encode(), digest_size=32, person=b"zin addresses").digest()


def _bound(table: str, row: str) -> str:
    return f"{BOUND}{table}{BOUND}{row}{BOUND}"
