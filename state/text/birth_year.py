"""Finds a year of birth by the words that introduce it, « né vers 1961 », as old papers have it.

The year of a month without a day, « mars 1961 », is no year alone: the day was forgotten.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from state.text.dates import Fault, birth_year, read_day
from state.text.language_words import LanguageWords
from state.text.message_words import Word, split_words
from state.text.search import plain


def introduced_year(typed: str, known: LanguageWords) -> str:
    """Convert « né vers 1961 » to 1961-00-00; "" if the year stands alone or beside words that do not introduce it."""
    *before, year = plain(typed).split() or [""]
    is_introduced = not known.born.isdisjoint(before) and (known.born | known.fillers).issuperset(before)
    return birth_year(year) if is_introduced else ""


def words_with_years(text: str, known: LanguageWords) -> tuple[Word, ...]:
    """Return the words of a message, a year and the words that introduce it as one: « né vers 1961 », « mars 1961 »."""
    words, before = split_words(text), known.born | known.months.keys()
    if before.isdisjoint(word.plain for word in words):
        return words
    return tuple(_joined(_with_months(words, known.months), before, known.fillers))


def fault_of(typed: str, known: LanguageWords) -> Fault:
    """Return what is wrong with a date; words that stand around it are no part of it: « né le 30/02/1961 svp »."""
    beside = known.born | known.fillers
    telling = " ".join(word.typed for word in split_words(typed) if word.plain not in beside)
    return read_day(telling, known.months).fault


def _with_months(words: Iterable[Word], months: Collection[str]) -> list[Word]:
    """Return the words, a month behind a year as one with it: « 1961 mars »."""
    found: list[Word] = []
    for word in words:
        if found and word.plain in months and birth_year(found[-1].plain):
            found[-1] = Word(f"{found[-1].typed} {word.typed}", f"{found[-1].plain} {word.plain}")
        else:
            found.append(word)
    return found


def _joined(words: Iterable[Word], before: Collection[str], fillers: Collection[str]) -> Iterator[Word]:
    waiting: list[Word] = []
    for word in words:
        if word.plain in before or (waiting and word.plain in fillers):
            waiting.append(word)
            continue
        year = [*waiting, word]
        if waiting and birth_year(word.plain):
            yield Word(" ".join(one.typed for one in year), " ".join(one.plain for one in year))
        else:
            yield from year
        waiting = []
    yield from waiting
