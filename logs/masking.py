"""Masks known secrets and long numbers in every log line, as a last safeguard.

It does not make every value safe to log: callers must not log values of citizens.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any, Final
from urllib.parse import quote, unquote, urlsplit

from pydantic import SecretStr
from structlog.typing import EventDict, WrappedLogger

from settings import Settings

MASK: Final = "…"
MIN_SECRET_CHARACTERS: Final = 6  # characters; a shorter one, such as `demo`, is no secret, and is part of many words
MAX_SHORT_DIGITS: Final = 8  # of a short phone number; a longer number is always masked
MIN_SHORT_DIGITS: Final = 6  # so that years, ports and counts stay
MEASURES: Final = frozenset({"bytes", "rows", "seconds"})  # whose values may be great numbers


class _LongNumbers:
    """What counts as a long number: as many digits as the shortest phone number of the country."""

    digits: int
    written: re.Pattern[str]

    @classmethod
    def begin_at(cls, digits: int) -> None:
        """Mask numbers of this many digits from now on."""
        cls.digits = min(max(digits, MIN_SHORT_DIGITS), MAX_SHORT_DIGITS)
        # A digest in hexadecimal (a version's name, a checksum) stays; then the digits, however they are spaced.
        cls.written = re.compile(
            r"(?P<digest>\b(?=(?:[0-9]*[a-f]){2})[0-9a-f]{16,128}\b)"
            rf"|\d(?:[ .()\-/\u00a0\u202f]{{0,2}}\d){{{cls.digits - 1},}}"
        )


mask_numbers_from = _LongNumbers.begin_at
mask_numbers_from(MAX_SHORT_DIGITS)


class Masking:
    """Masks every value of an event, also in lists and mappings (a structlog processor)."""

    def __init__(self, secrets: Iterable[str]) -> None:
        spelled = {
            form
            for secret in secrets
            for form in (secret, quote(secret, safe=""))
            if len(secret) >= MIN_SECRET_CHARACTERS
        }
        longest_first = sorted(spelled, key=len, reverse=True)
        self._secret = re.compile("|".join(map(re.escape, longest_first))) if spelled else None

    def __call__(self, _: WrappedLogger, __: str, event: EventDict) -> EventDict:
        """Return the event with its values masked."""
        return {key: value if key in MEASURES else self._masked(value) for key, value in event.items()}

    def _masked(self, value: Any) -> Any:
        match value:
            case None | bool() | float():
                return value
            case int():
                return value if abs(value) < 10 ** (_LongNumbers.digits - 1) else MASK
            case str():
                text = self._secret.sub(MASK, value) if self._secret else value
                return _LongNumbers.written.sub(lambda found: found["digest"] or MASK, text)
            case dict():
                return {self._masked(key): self._masked(held) for key, held in value.items()}
            case list() | tuple() | set() | frozenset():
                return [self._masked(held) for held in value]
            case _:
                return type(value).__name__  # what it would print of itself is unknown


def known_secrets(settings: Settings) -> Iterator[str]:
    """Yield every secret in the settings, and the passwords in addresses."""
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        for one in value if isinstance(value, list | tuple) else (value,):
            if isinstance(one, SecretStr):
                yield one.get_secret_value()
            yield from _passwords(one.get_secret_value() if isinstance(one, SecretStr) else str(one))


def _passwords(address: str) -> Iterator[str]:
    """Yield the passwords in an address, percent-encoded and decoded."""
    with suppress(ValueError):  # a bracket that nobody closes
        parts = urlsplit(address) if "://" in address else urlsplit("")
        options = (one.partition("=") for one in parts.query.split("&"))
        for password in (parts.password, *(value for name, _, value in options if name.endswith("password"))):
            if password:
                yield from (password, unquote(password))
