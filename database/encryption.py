"""Encryption of citizens' data at rest, so that a stolen disk reveals no identity.

Fernet (AES-128-CBC and HMAC-SHA-256, cryptography.io/en/latest/fernet) with keys derived from secrets: the first key
encrypts, all keys decrypt. The same text encrypted twice gives two results. Where rows must be found by what is
encrypted, a keyed digest stands beside it: the database shows then which rows are of one citizen, but not of whom. An
encrypted text starts with the name of its key and can be decrypted only for its own table and row.

Older texts without a key name are bound to no row. They can be decrypted while their key is configured, until
`zin secrets rotate` has encrypted them again.
"""

from __future__ import annotations

import base64
import hashlib
from typing import Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from state.errors import ZinError

BOUND: Final = "\0"  # starts a text that is bound to its row; no address and no JSON starts with it
OTHER: Final = "sealed with a key that is not given, or for another row: ZIN_REST_KEYS needs the key that sealed it"


class Seal:
    """Encrypts and decrypts texts for one row of one table."""

    def __init__(self, first: str, *others: str) -> None:
        keys = {key_name(secret): Fernet(base64.urlsafe_b64encode(_key(secret))) for secret in (first, *others)}
        self.name, self._keys, self._all = key_name(first), keys, MultiFernet(list(keys.values()))
        self._hashes = {key_name(secret): _keyed_hash(secret) for secret in (first, *others)}

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the configured keys, which start the texts that they encrypted."""
        return tuple(self._keys)

    def encrypt(self, text: str, table: str, row: str) -> str:
        """Encrypt a text for this row."""
        return f"{self.name}.{self._keys[self.name].encrypt(f'{_bound(table, row)}{text}'.encode()).decode()}"

    def digest(self, text: str) -> str:
        """Return a keyed digest by which the row of a text can be found: 32 hexadecimal digits, of the first key."""
        return _digest(self._hashes[self.name], text)

    def digests(self, text: str) -> list[str]:
        """Return the digest of a text with each configured key, the first key's first."""
        return [_digest(keyed, text) for keyed in self._hashes.values()]

    def decrypt(self, sealed: str, table: str, row: str) -> str:
        """Decrypt a text of this row. Raises ZinError for another key or row, and for an altered text."""
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
    """The name of the key derived from this secret. It reveals nothing of the key."""
    return hashlib.blake2b(_key(secret), digest_size=4, person=b"zin key name").hexdigest()


def _key(secret: str) -> bytes:
    return hashlib.blake2b(secret.encode(), digest_size=32, person=b"zin addresses").digest()


def _keyed_hash(secret: str) -> hashlib.blake2b:
    return hashlib.blake2b(key=_key(secret), digest_size=16, person=b"zin look-ups")


def _digest(keyed: hashlib.blake2b, text: str) -> str:
    found = keyed.copy()
    found.update(text.encode())
    return found.hexdigest()


def _bound(table: str, row: str) -> str:
    return f"{BOUND}{table}{BOUND}{row}{BOUND}"
