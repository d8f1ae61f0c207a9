"""The worst texts that a citizen can send, and how much of each fits into a message of each channel.

A citizen can type 4,096 characters into Telegram, and 65,536 into WhatsApp. Spaces are sent up to the size of a
request.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from bench.worst_requests import Brought, madapi, sms, telegram, ussd, whatsapp


def repeated(sign: str) -> Callable[[int], str]:
    """Return a function that repeats this text up to a length."""
    return lambda signs: (sign * (signs // len(sign) + 1))[:signs]


def combining(signs: int) -> str:
    """Return a letter with combining marks of many classes, in an order that must be sorted."""
    return ("a" + "\u0345\u0301\u0327\u0316\u0334" * (signs // 5 + 1))[:signs]


def different(signs: int) -> str:
    """Return compatibility characters, all different, so that no cache helps."""
    return "".join(chr(0xF900 + place % 0x1B00) for place in range(signs))


def words(signs: int) -> str:
    """Return words that match nothing exactly, but are similar to real words."""
    return ("certifikat nationnalite paseport naissence mariagge citoyenn permiss conduirre " * (signs // 79 + 1))[
        :signs
    ]


TEXTS: Final[Mapping[str, Callable[[int], str]]] = {
    "BAC 12345": lambda _: "BAC 12345",
    "U+FDFA": repeated("\ufdfa"),
    "U+FB2C": repeated("\ufb2c"),
    "Hangul": repeated("\ud55c"),
    "Hangul, in parts": repeated("\u1112\u1161\u11ab"),
    "combining marks": combining,
    "signs all different": different,
    "spaces": repeated(" "),
    "spaces between letters": repeated("a "),
    "words": words,
    "BAC, then words": lambda signs: f"BAC {words(signs)}"[:signs],
    "inputs": repeated("1*0*"),
}


class Channel(NamedTuple):
    """How to build a message, the maximum bytes of one request, and the characters that a citizen can type."""

    bring: Callable[[int, int, str], Brought]
    bytes: int
    signs: int


# A character takes up to nine bytes in a form, six in JSON.
CHANNELS: Final[Mapping[str, Channel]] = {
    "africastalking_ussd": Channel(ussd, 8 * 1024, 8000),
    "madapi": Channel(madapi, 8 * 1024, 8000),
    "africastalking_sms": Channel(sms, 8 * 1024, 8000),
    "whatsapp": Channel(whatsapp, 1024 * 1024, 65_536),
    "telegram": Channel(telegram, 64 * 1024, 4096),
}
SPACES: Final = 100_000


def longest(channel: Channel, text: Callable[[int], str]) -> int:
    """Return how many characters of this text can be typed and fit into a request."""
    most = channel.signs if text(2).strip() else SPACES
    fits = (signs for signs in (SPACES, 65_536, 40_000, 20_000, 8000, 4096, 2500, 1200, 800)
            if signs <= most and len(channel.bring(1, 0, text(signs))[1]) <= channel.bytes)  # fmt: skip
    return next(fits)
