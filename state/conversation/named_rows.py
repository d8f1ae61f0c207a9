"""Finds the row of a list that a message names, by its words in any order: `BAC remplacement`, `2026 bac`.

A row is certain if it has every word that was named, and no other one has it too, or no other word but a year is in its
name. Several rows that fit are asked about; a year that no row has is said not to be there.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from rapidfuzz import fuzz

from state.text.message_words import Word
from state.text.search import plain

MIN_BEGUN: Final = 4  # letters of a word that may be the beginning of a row's word
NEAR: Final = 82.0  # least similarity in % of a mistyped word
MIN_NUMBER: Final = 3  # characters of a number beside which a year is a year
YEARS_APART: Final = 30
MAX_CACHED: Final = 4096  # names of rows, about 300 bytes each
_YEAR: Final = re.compile(r"(?:19|20)[0-9]{2}")
_SCHOOL_YEAR: Final = re.compile(r"((?:19|20)[0-9]{2})[/-]((?:19|20)?[0-9]{2})")

Row = tuple[str, str]


class NamedRows(NamedTuple):
    """The rows that a message may mean, and the words that are left.

    One row is certain. missing is what was named and is not there, such as « BAC 2025 ». doubtful is a word that is a
    year, or a number of which the screen behind the row asks.
    """

    rows: tuple[Row, ...]
    rest: tuple[Word, ...]
    missing: str = ""
    doubtful: str = ""


class _Names:
    """The words in the names of a list's rows."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = {row: _words_in(f"{row[1]} {row[0]}") for row in rows}
        self.words = frozenset[str]().union(*self.rows.values())
        self.years = frozenset(word for word in self.words if _YEAR.fullmatch(word))

    def meant_by(self, word: Word, fillers: Collection[str]) -> str:
        """Return the word of a name that this word is, begins, or nearly is; "" for none."""
        if word.plain in fillers:
            return ""
        if word.plain in self.words:
            return word.plain
        if word.has_digit or len(word.plain) < MIN_BEGUN:
            return ""
        letters = sorted(name for name in self.words if len(name) >= MIN_BEGUN)
        begun = [name for name in letters if name.startswith(word.plain)]
        near = [name for name in letters if fuzz.ratio(name, word.plain) >= NEAR]
        return next(iter(begun or near), "") if len(begun or near) == 1 else ""

    def fitting(self, wanted: Collection[str]) -> list[Row]:
        """Return the rows with all these words."""
        return [row for row, words in self.rows.items() if words.issuperset(wanted)]

    def year_in(self, word: Word) -> str:
        """Return the year that a word can be; "" if it can be none."""
        school = _SCHOOL_YEAR.fullmatch(word.typed)
        year = f"{school[1][: 4 - len(school[2])]}{school[2]}" if school else word.typed
        known = (int(name) for name in self.years)
        is_near = _YEAR.fullmatch(year) and any(abs(int(year) - one) <= YEARS_APART for one in known)
        return year if is_near else ""


def find_rows(rows: Sequence[Row], named: str, words: Sequence[Word], fillers: Collection[str]) -> NamedRows | None:
    """Find the rows that the words mean, and `named`, what a keyword says already; None if they name no row."""
    names = _Names(rows)
    answered = plain(named).split()
    meant = {word: name for word in words if (name := names.meant_by(word, fillers)) and not _YEAR.fullmatch(name)}
    wanted = {*answered, *meant.values()}
    left = [word for word in words if word not in meant and word.plain not in fillers]
    year, left = _take_year(names, left)
    if not wanted and year not in names.years:
        return None
    if not names.words.issuperset(answered):
        return NamedRows((), tuple(left), missing=named) if answered else None
    found = names.fitting(wanted)
    if len(found) == len(rows) > 1 and not answered and not year:
        return None  # words that every row has
    if not found:
        some = tuple(row for row, own in names.rows.items() if not own.isdisjoint(wanted))
        return NamedRows(some, tuple(left))
    return _of_year(names, NamedRows(tuple(found), tuple(left)), wanted, year)


def _of_year(names: _Names, found: NamedRows, wanted: Collection[str], year: str) -> NamedRows:
    """Narrow the rows to the named year; without one, to the row whose name has no further word."""
    dated = [row for row in found.rows if year in names.rows[row]]
    if year and not dated:
        shortest = min(found.rows, key=lambda row: len(row[1]))[1]
        shown = _YEAR.sub(year, shortest) if _YEAR.search(shortest) else f"{shortest} {year}"
        if any(len(word.plain) >= MIN_NUMBER for word in found.rest if word.has_digit):
            return found._replace(missing=shown)
        return _certain(names, found._replace(missing=shown, doubtful=year), wanted)
    return _certain(names, found._replace(rows=tuple(dated or found.rows)), wanted)


def _certain(names: _Names, found: NamedRows, wanted: Collection[str]) -> NamedRows:
    """Choose the row whose name has no further word; leave several if a word is left that may mean another."""
    if len(found.rows) == 1:
        return found
    unclear = any(not word.has_digit for word in found.rest) or _has_short_number(found.rest)
    further = {row: _words_in(row[1]) - set(wanted) - names.years for row in found.rows}
    whole = [row for row, others in further.items() if not others]
    return found if unclear or not whole else found._replace(rows=(whole[0],))


def _has_short_number(words: Sequence[Word]) -> bool:
    """True if a number beside a longer one is too short to be what a screen asks for: `2e 12345`.

    A group of a longer number is not (`12 345`), nor a number alone, which is a seat with too few signs.
    """
    if all(len(word.plain) < MIN_NUMBER for word in words):
        return False
    digits = [word.typed.isdigit() for word in words]
    short = (place for place, word in enumerate(words) if len(word.plain) < MIN_NUMBER)
    return any(not digits[place] or sum(digits[max(0, place - 1) : place + 2]) < 2 for place in short)


@lru_cache(maxsize=MAX_CACHED)
def _words_in(name: str) -> frozenset[str]:
    """Return the words of a name in plain form; cached because lists have the same rows in every message."""
    return frozenset(plain(name).split())


def _take_year(names: _Names, words: Sequence[Word]) -> tuple[str, list[Word]]:
    """Take the first word that can be a year; one that a row has comes first."""
    years = [(word, year) for word in words if (year := names.year_in(word))]
    listed = [pair for pair in years if pair[1] in names.years]
    if not (chosen := next(iter(listed or years), None)):
        return "", list(words)
    place = words.index(chosen[0])
    return chosen[1], [*words[:place], *words[place + 1 :]]
