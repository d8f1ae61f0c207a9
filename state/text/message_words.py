"""Splits a message into words: without signs, signature and invisible characters, each with a digit or without.

A number, a reference or a date is one word: `EX-000001`, `05/03/1990`. Signs that citizens put around words are no part
of them: `*BAC 12345*`, `12345.`, `« 12345 »`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Final, NamedTuple

from state.interfaces import MAX_TEXT
from state.text.answer_forms import shown_digits
from state.text.search import plain

MAX_WORDS: Final = 40  # of one message; the rest is ignored
_SIGNATURE: Final = re.compile(
    r"\n[ \t]*(?:--+|__+)[ \t]*(?:\n.*)?$|\n[ \t]*(?:envoyé (?:de|depuis|à partir)|sent from|get outlook)\b.*$",
    re.DOTALL | re.IGNORECASE,
)
_WORD: Final = re.compile(r"[^\W_]+(?:[._/-]+[^\W_]+)*")
_TWO_NUMBERS: Final = re.compile(r"([0-9]{4,})/([0-9]{4,})")
_YEAR_AND_NAME: Final = re.compile(r"((?:19|20)[0-9]{2})[-_/]([^\W\d_]{5,})|([^\W\d_]{5,})[-_/]((?:19|20)[0-9]{2})")
_STOPPED: Final = re.compile(r"[.]+(?=[^\W\d_]{3,}$)")
_GLUED: Final = re.compile(r"([^\W\d_]{2,})[._/-]*([^\W_]*[0-9].*)|(.*[0-9])[._/-]*([^\W\d_]{2,})")


class Word(NamedTuple):
    """A word as typed, and its plain form (state/text/search.py)."""

    typed: str
    plain: str

    @property
    def has_digit(self) -> bool:
        """True if it can be a number, a reference or a part of a date."""
        return any(sign.isdigit() and sign.isascii() for sign in self.typed)


def without_signature(text: str) -> str:
    """Return the text without what a phone or a mail program adds below it."""
    return _SIGNATURE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def split_words(text: str) -> tuple[Word, ...]:
    """Return the words of a message in their order, at most MAX_WORDS."""
    cleaned = shown_digits(without_signature(text[:MAX_TEXT].replace("\0", "")))[:MAX_TEXT]  # one sign may become many
    found = (part for match in _WORD.finditer(cleaned) for part in _parts(match[0]))
    return tuple(Word(part, plain(part)) for part, _ in zip(found, range(MAX_WORDS), strict=False))


def peel(words: Sequence[Word], known: Collection[str]) -> tuple[Word, ...]:
    """Split known words off the numbers that they are glued to: `table12345`, `no.12345`."""
    return tuple(part for word in words for part in _peeled(word, known))


def _parts(found: str) -> Iterator[str]:
    """Yield two numbers or a year and a name apart, and the words that a full stop joins: `12345.Merci`."""
    if two := _TWO_NUMBERS.fullmatch(found) or _YEAR_AND_NAME.fullmatch(found):
        yield from filter(None, two.groups())
        return
    yield from _STOPPED.split(found)


def _peeled(word: Word, known: Collection[str]) -> Iterator[Word]:
    glued = _GLUED.fullmatch(word.typed) if word.has_digit else None
    before, number, digits, after = glued.groups("") if glued else ("", "", "", "")
    if before and plain(before) in known:
        yield Word(before, plain(before))
        yield Word(number, plain(number))
    elif after and plain(after) in known:
        yield Word(digits, plain(digits))
        yield Word(after, plain(after))
    else:
        yield word
