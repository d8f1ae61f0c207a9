"""The secrets among the settings: each kind is separate, and several values of a kind can be valid at once.

A list is separated by commas: the first value is used for new work, the others are still accepted, so that a secret can
be changed while gateways and processes run. ZIN_SECRET, the only secret of older versions, is appended to each list
while it is set, and replaces a missing pepper.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from pydantic import SecretStr

DEMO: Final = "demo"
MIN_SECRET_CHARACTERS: Final = 22  # characters: 128 bits as URL-safe base64
MAX_PEPPER_BYTES: Final = 64  # bytes that the hash takes as its key

# What stands in a path as it is, by RFC 3986; "/", "?", "#", "%" and spaces would lead to another address, and to 404.
IN_A_PATH: Final = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@-]+")
IN_A_HEADER: Final = re.compile(r"[A-Za-z0-9_-]{1,256}")  # core.telegram.org/bots/api#setwebhook
PRINTABLE: Final = re.compile(r"[!-~]+")


@dataclass(frozen=True, slots=True)
class Secrets:
    """All secrets in use. A gateway without a secret is refused; rest encrypts stored data, pepper keys the hashes."""

    at: tuple[str, ...] = field(repr=False)
    madapi: tuple[str, ...] = field(repr=False)
    whatsapp_app: tuple[str, ...] = field(repr=False)
    whatsapp_verify: tuple[str, ...] = field(repr=False)
    telegram: tuple[str, ...] = field(repr=False)
    rest: tuple[str, ...] = field(repr=False)
    pepper: str = field(repr=False)

    def kinds(self) -> dict[str, tuple[str, ...]]:
        """Return the values of each kind by the name of its setting."""
        return {
            "at_secrets": self.at,
            "madapi_secrets": self.madapi,
            "whatsapp_app_secret": self.whatsapp_app,
            "whatsapp_verify_token": self.whatsapp_verify,
            "telegram_secret": self.telegram,
            "rest_keys": self.rest,
            "pepper": (self.pepper,) if self.pepper else (),
        }

    def is_demo(self) -> bool:
        """Return whether a secret is the public word `demo`, or rest or pepper is missing."""
        weak = (value for values in self.kinds().values() for value in values)
        return any(value == DEMO for value in weak) or not (self.rest and self.pepper)


def plain(value: str | SecretStr) -> str:
    """Return the text of a setting, secret or not."""
    return value.get_secret_value() if isinstance(value, SecretStr) else value


def split_secrets(value: str) -> tuple[str, ...]:
    """Split a comma-separated list into its secrets, in order and without duplicates."""
    return tuple(dict.fromkeys(filter(None, (one.strip() for one in value.split(",")))))


def find_problem(secrets: Secrets, shared: str, *, strict: bool) -> str:
    """Return what is wrong with the secrets in one line that contains none of them, or "".

    shared is ZIN_SECRET, which several kinds share while it is set. strict: weak secrets are reported too.
    """
    kinds = secrets.kinds()
    for name, values in kinds.items():
        for value in values:
            if wrong := _impossible(name, value) or (_weak(name, value) if strict else ""):
                own = "secret" if value == shared else name
                return f"{own}: {wrong}"
    if not (secrets.rest and secrets.pepper):
        needed = f"{MIN_SECRET_CHARACTERS} characters or more"
        return f"secret: it is required, {needed}, or else pepper and rest_keys are, both; `zin secrets` prints them"
    return _twice(kinds, shared)


def _impossible(name: str, value: str) -> str:
    if name in ("at_secrets", "madapi_secrets") and not IN_A_PATH.fullmatch(value):
        return "it stands in an address, so only letters, digits and . _ ~ ! $ & ' ( ) * + ; = : @ - can be in it"
    if name == "telegram_secret" and not IN_A_HEADER.fullmatch(value):
        return "1 to 256 of A-Z, a-z, 0-9, _ and -"
    return "" if PRINTABLE.fullmatch(value) else "letters, digits and signs of ASCII only, without spaces"


def _weak(name: str, value: str) -> str:
    if value == DEMO:
        return f"this one is known to all; {MIN_SECRET_CHARACTERS} characters or more of your own are needed"
    if (
        name != "whatsapp_verify_token" and len(value) < MIN_SECRET_CHARACTERS
    ):  # that word opens nothing: it is asked once
        return f"{MIN_SECRET_CHARACTERS} characters or more are needed"
    return ""


def _twice(kinds: dict[str, tuple[str, ...]], shared: str) -> str:
    """Return which kinds share a secret. An old key at rest may equal the pepper: both come from the former shared
    secret.
    """
    met: dict[str, str] = {}
    for name, values in kinds.items():
        for value in values[:1] if name == "rest_keys" else values:
            if value not in (shared, DEMO) and met.setdefault(value, name) != name:
                return f"{met[value]}, {name}: the same secret in both; each needs one of its own"
    return ""
