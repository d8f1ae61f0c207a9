"""The secrets among the settings: each kind apart from the others, and several of a kind valid at once.

A list is written with commas: the first is the one in use, the others are still believed, so that a secret can be
changed while gateways and processes go on. ZIN_SECRET, which once was all of them, stands behind each list as long as
it is set, and in place of the pepper.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

DEMO: Final = "demo"
MIN_SECRET_CHARACTERS: Final = 22  # characters: 128 bits as URL-safe base64
MAX_PEPPER_BYTES: Final = 64  # bytes that the hash takes as its key

# What stands in a path as it is, by RFC 3986; "/", "?", "#", "%" and spaces would lead to another address, and to 404.
IN_A_PATH: Final = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@-]+")
IN_A_HEADER: Final = re.compile(r"[A-Za-z0-9_-]{1,256}")  # core.telegram.org/bots/api#setwebhook
PRINTABLE: Final = re.compile(r"[!-~]+")


@dataclass(frozen=True, slots=True)
class Secrets:
    """Every secret in force. A gateway without one believes nobody; rest seals what is kept, pepper keys the hashes."""

    at: tuple[str, ...] = field(repr=False)
    madapi: tuple[str, ...] = field(repr=False)
    whatsapp_app: tuple[str, ...] = field(repr=False)
    whatsapp_verify: tuple[str, ...] = field(repr=False)
    telegram: tuple[str, ...] = field(repr=False)
    rest: tuple[str, ...] = field(repr=False)
    pepper: str = field(repr=False)

    def kinds(self) -> dict[str, tuple[str, ...]]:
        """Each kind under the name of its setting."""
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
        """Whether anything is protected by the word that everybody knows, or by nothing that nobody can guess."""
        weak = (value for values in self.kinds().values() for value in values)
        return any(value == DEMO for value in weak) or not (self.rest and self.pepper)


def split_secrets(value: str) -> tuple[str, ...]:
    """The secrets of a list, in its order."""
    return tuple(dict.fromkeys(filter(None, (one.strip() for one in value.split(",")))))


def find_problem(secrets: Secrets, shared: str, *, strict: bool) -> str:
    """What is wrong with these secrets, in one line without any of them; "" for nothing.

    shared is ZIN_SECRET, which several kinds have in common while it is set. strict: nothing may be weak.
    """
    kinds = secrets.kinds()
    for name, values in kinds.items():
        for value in values:
            if wrong := _impossible(name, value) or (_weak(name, value) if strict else ""):
                own = "secret" if value == shared else name
                return f"{own}: {wrong}"
    if not (secrets.rest and secrets.pepper):
        needed = f"{MIN_SECRET_CHARACTERS} characters or more"
        return f"secret: it is required, {needed}, or else pepper and rest_keys are, both"
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
    """Which kinds share a secret. An old key at rest may be the pepper: both come from the one secret of before."""
    met: dict[str, str] = {}
    for name, values in kinds.items():
        for value in values[:1] if name == "rest_keys" else values:
            if value not in (shared, DEMO) and met.setdefault(value, name) != name:
                return f"{met[value]}, {name}: the same secret in both; each needs one of its own"
    return ""
