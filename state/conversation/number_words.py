"""Finds the number, reference, date or phone number that a screen asks for among the words of a message.

A word without a digit is never taken for a number. Two numbers with a space between them are one only if they cannot
be two: `8 8000`, `88 000`, `12 34 5`. Three letters before a number are a part of it on a screen that asks for a
reference, `EX 000001`; on others nobody can know, and nothing is found.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Final, NamedTuple

from state.menu.model import FreeInput
from state.text.message_words import Word, peel

MAX_LETTERS: Final = 3  # of a word that may be the beginning of a number
MAX_WORDS: Final = 6  # of a date or a phone number
_THOUSANDS: Final = re.compile(r"[0-9]{1,3}(?:[. ][0-9]{3})+")
_GROUPS: Final = re.compile(r"[0-9]{1,3}(?:[. ][0-9]{1,3})+")
_DIGITS: Final = re.compile(r"[0-9]+")


class FoundNumber(NamedTuple):
    """An answer as it would be typed alone, and the words that are left."""

    answer: str
    rest: tuple[Word, ...]


def find_number(asked: FreeInput, words: Sequence[Word], fillers: Collection[str]) -> FoundNumber | None:
    """Return the first answer in the words that fits; None if there is none, or if it is doubtful."""
    telling = [word for word in peel(words, fillers) if word.plain not in fillers]
    places = _codes(asked, telling) if asked.form == "code" else _runs(len(telling))
    for start, end in places:
        rest = (*telling[:start], *telling[end:])
        is_whole = asked.form == "code" or not any(word.has_digit for word in rest)  # 1990 of « 5 mras 1990 »
        if is_whole and _fits(asked, telling[start:end]):
            return FoundNumber(_joined(telling[start:end]), rest)
    return None


def find_behind(
    asked: FreeInput, after: FreeInput, words: Sequence[Word], fillers: Collection[str]
) -> FoundNumber | None:
    """Return the answer that stands behind that to the next question: `0001 EX-000001`; None if a number is left."""
    telling = [word for word in peel(words, fillers) if word.plain not in fillers]
    for start, end in _runs(len(telling)):
        before = telling[start:end]
        found = find_number(asked, (*telling[:start], *telling[end:]), fillers) if _fits(after, before) else None
        if found and not any(word.has_digit for word in found.rest):
            return FoundNumber(found.answer, (*before, *found.rest))
    return None


def _fits(asked: FreeInput, words: Sequence[Word]) -> bool:
    return any(word.has_digit for word in words) and asked.like(_joined(words)) is not None


def _runs(many: int) -> Iterator[tuple[int, int]]:
    """Yield the places of every run of words, the longest first."""
    for length in range(min(MAX_WORDS, many), 0, -1):
        yield from ((start, start + length) for start in range(many - length + 1))


def _codes(asked: FreeInput, words: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """Yield the places of the numbers that are certain; none if a short word beside one may belong to it."""
    place = 0
    while place < len(words):
        end = _end_of_code(asked, words, place)
        if end == place:
            place += 1
            continue
        before = words[place - 1] if place else None
        after = words[end] if end < len(words) else None
        if before and _is_short(before):
            if not asked.is_reference:
                return
            place -= 1
        elif after and _is_short(after):
            return
        yield place, end
        place = end


def _end_of_code(asked: FreeInput, words: Sequence[Word], start: int) -> int:
    """Return where the number that begins at this word ends; start itself if no number begins here."""
    end = start
    while end < len(words) and words[end].has_digit and (end == start or _belongs(asked, words[start:end], words[end])):
        end += 1
    return end


def _belongs(asked: FreeInput, number: Sequence[Word], word: Word) -> bool:
    """True if the next word is a part of the number and not another one."""
    if not all(_DIGITS.fullmatch(part.typed) for part in (*number, word)):
        return False
    if asked.like(_joined(number)) is None:
        return True
    return _GROUPS.fullmatch(" ".join(part.typed for part in (*number, word))) is not None


def _is_short(word: Word) -> bool:
    return not word.has_digit and len(word.typed) <= MAX_LETTERS


def _joined(words: Sequence[Word]) -> str:
    text = " ".join(word.typed for word in words)
    if _THOUSANDS.fullmatch(text):
        return re.sub("[. ]", "", text)
    return "-".join(text.split()) if any(_is_short(word) for word in words) else text
