"""Finds a year of birth by the words that introduce it, « né vers 1961 », as old papers have it."""

from __future__ import annotations

from collections.abc import Iterator

from state.text.dates import birth_year
from state.text.language_words import LanguageWords
from state.text.message_words import Word, split_words
from state.text.search import plain


def introduced_year(typed: str, known: LanguageWords) -> str:
    """Convert « né vers 1961 » to 1961-00-00; "" if the year stands alone or beside words that do not introduce it."""
    *before, year = plain(typed).split() or [""]
    is_introduced = not known.born.isdisjoint(before) and (known.born | known.fillers).issuperset(before)
    return birth_year(year) if is_introduced else ""


def words_with_years(text: str, known: LanguageWords) -> tuple[Word, ...]:
    """Return the words of a message, a year of birth and the words that introduce it as one: « né vers 1961 »."""
    words = split_words(text)
    return words if known.born.isdisjoint(word.plain for word in words) else tuple(_joined(words, known))


def _joined(words: tuple[Word, ...], known: LanguageWords) -> Iterator[Word]:
    waiting: list[Word] = []
    for word in words:
        if word.plain in known.born or (waiting and word.plain in known.fillers):
            waiting.append(word)
            continue
        year = [*waiting, word]
        if waiting and birth_year(word.plain):
            yield Word(" ".join(one.typed for one in year), " ".join(one.plain for one in year))
        else:
            yield from year
        waiting = []
    yield from waiting
