"""The text of an API key: zin_live_k3j5x7q2w4ab_…, its mode, its id and a secret.

The id is no secret: it finds the row in SQL and names the key in the audit. The secret has 256 random bits, so a plain
SHA-256 of the whole key cannot be reversed by trying. The fixed beginning lets scanners of leaked secrets find a key.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final, Literal, get_args

Mode = Literal["live", "test"]
MODES: Final[tuple[Mode, ...]] = get_args(Mode)
ID_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz234567"
ID_CHARACTERS: Final = 12
SECRET_BYTES: Final = 32
KEY_ID: Final = re.compile(r"[a-z2-7]{12}")
KEY: Final = re.compile(r"zin_(live|test)_([a-z2-7]{12})_[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class KeyText:
    """A key as it is shown once and sent with each request."""

    id: str
    mode: Mode
    text: str = field(repr=False)

    @property
    def digest(self) -> str:
        """The SHA-256 of the key in hexadecimal digits, the only trace of its secret that is stored."""
        return sha256(self.text.encode()).hexdigest()


def new_key(mode: Mode) -> KeyText:
    """Make a key from the system's random numbers."""
    name = "".join(secrets.choice(ID_LETTERS) for _ in range(ID_CHARACTERS))
    return KeyText(name, mode, f"zin_{mode}_{name}_{secrets.token_urlsafe(SECRET_BYTES)}")


def read_key(text: str) -> KeyText | None:
    """Read a key; None for any other text."""
    found = KEY.fullmatch(text)
    return KeyText(found[2], "live" if found[1] == "live" else "test", text) if found else None
