"""Texts by which a phone number or a chat can be recognized: its forms, encodings and digests without a key."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from itertools import product
from typing import Final

from tests.support.telegram_api import CHAT

DIGITS: Final = "0190000001"
NUMBER: Final = f"+229{DIGITS}"
FORMS: Final = (NUMBER, NUMBER[1:], DIGITS, DIGITS[2:], f"+229{DIGITS[2:]}", f"229{DIGITS[2:]}", f"00229{DIGITS}")
CHATS: Final = (str(CHAT), f"tg:{CHAT}")
CALL: Final = f"ATUid_{NUMBER[1:]}.1"
WAMID: Final = "wamid." + base64.b64encode(b"\x1c\x18\x0d" + NUMBER[1:].encode() + b"\x15\x02\0").decode()
WORDS: Final = (
    *("", "africastalking_ussd", "africastalking_sms", "whatsapp", "telegram", "sms", "tel", "phone", "message", "zin"),
    *("call", "session", "citizen", "reference"),
)
BETWEEN: Final = ("", " ", ":", "|", "-", "/", "\0", "\n", "*")
SHORTEST: Final = 12  # characters of a digest: fewer are found by chance


def telling() -> Iterator[str]:
    """Every text by which a number, or a chat, can be recognized."""
    ids = (CALL, WAMID, f"{NUMBER}-1", f"ATXid_{NUMBER}-Success", str(CHAT * 100 + 1))
    for form in (*FORMS, *CHATS[:1]):
        yield form
        yield form.encode().hex()
        yield from in_base64(form)
    for form in (*FORMS, *CHATS, *ids):
        for word, between in product(WORDS, BETWEEN):
            for text in {f"{word}{between}{form}", f"{form}{between}{word}"} if word else {form}:
                yield from digests(text.encode())


def in_base64(text: str) -> Iterator[str]:
    """What base64 makes of a text wherever it begins in what is encoded, less what its neighbours have a share in."""
    for before in range(3):
        whole = base64.b64encode(b"\0" * before + text.encode()).decode().rstrip("=")
        yield whole[(0, 2, 3)[before] : -1]


def digests(raw: bytes) -> Iterator[str]:
    names = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3_256", "blake2s")
    found = [hashlib.new(name, raw, usedforsecurity=False).digest() for name in names]
    found += [hashlib.blake2b(raw, digest_size=size).digest() for size in (8, 10, 12, 16, 20, 24, 32, 64)]
    for digest in found:
        yield digest.hex()[:SHORTEST]
        yield base64.urlsafe_b64encode(digest).decode()[: SHORTEST - 2]
