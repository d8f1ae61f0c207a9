"""Recognises texts that look like a secret, so that none is published with operators' files."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

NAMES: Final = re.compile(
    r"(?i)(authorization|cookie|password|passwd|secret|token|api[-_]?key|\bkey$|-key$|credential)"
)
KNOWN: Final = re.compile(
    r"(?i)^(bearer|basic)\s+\S|-----BEGIN|\beyJ[A-Za-z0-9_-]{8}"
    r"|\b(sk|pk|rk)_(live|test)_|\bgh[opsu]_|\bAKIA[0-9A-Z]{12}"
)
RANDOM: Final = re.compile(r"[A-Za-z0-9+_=-]{20,}")
MIN_DIGITS: Final = 3


def is_secret_name(name: str) -> bool:
    """Whether a header or key of this name usually has a secret as its value."""
    return bool(NAMES.search(name))


def looks_secret(text: str) -> bool:
    """Whether a text looks like a token, a password in an address, or a key."""
    return bool(KNOWN.search(text)) or _has_password(text) or any(map(_is_random, RANDOM.findall(text)))


def _has_password(text: str) -> bool:
    try:
        return "://" in text and "@" in urlsplit(text).netloc
    except ValueError:
        return False


def _is_random(word: str) -> bool:
    """Whether a long word mixes letters and digits as no name does."""
    digits = sum(map(str.isdigit, word))
    return digits >= MIN_DIGITS and len(word) - digits >= MIN_DIGITS
