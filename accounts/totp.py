"""Codes of a second factor that change each half minute: TOTP of RFC 6238, as every such app on a phone computes them.

SHA-1, six digits and 30 seconds are what all apps know; they ignore other values (rfc-editor.org/rfc/rfc6238.html).
"""

from __future__ import annotations

import hmac
from base64 import b32decode, b32encode
from secrets import token_bytes
from typing import Final
from urllib.parse import quote, urlencode

STEP_SECONDS: Final = 30
DIGITS: Final = 6
SECRET_BYTES: Final = 20  # as long as the hash: RFC 4226, section 4
DRIFT: Final = (-1, 0, 1)  # steps by which the phone's clock may differ
ISSUER: Final = "Zin"


def new_secret() -> bytes:
    """Return a random secret."""
    return token_bytes(SECRET_BYTES)


def written(secret: bytes) -> str:
    """Return a secret as people type it into an app: base32 without padding."""
    return b32encode(secret).decode().rstrip("=")


def read(secret: str) -> bytes:
    """Return the bytes of a secret that `written` wrote."""
    return b32decode(secret + "=" * (-len(secret) % 8))


def code(secret: bytes, step: int) -> str:
    """Return the code of a step, a count of half minutes since 1970: RFC 4226, section 5.3."""
    digest = hmac.digest(secret, step.to_bytes(8), "sha1")
    start = digest[-1] & 15
    number = int.from_bytes(digest[start : start + 4]) & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def step_of(secret: bytes, typed: str, now: float) -> int | None:
    """Return the step whose code was typed, None if it is none of about now. Each comparison takes the same time."""
    given, present = typed.encode(errors="replace"), int(now // STEP_SECONDS)
    fitting = [present + drift for drift in DRIFT if hmac.compare_digest(code(secret, present + drift).encode(), given)]
    return max(fitting, default=None)


def address(secret: bytes, name: str) -> str:
    """Return the otpauth: address of a secret, which an app reads from a QR code."""
    parts = urlencode({"secret": written(secret), "issuer": ISSUER, "digits": DIGITS, "period": STEP_SECONDS})
    return f"otpauth://totp/{quote(f'{ISSUER}:{name}')}?{parts}"
