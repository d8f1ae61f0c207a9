"""Pagination: cuts text, numbered options and footer keys into pages that fit the phone.

Sizes are those of the text as sent, in its encoding (state/text/page_format.py), footer included. A page ends before an
option if possible, else after a sentence, else between words; only a word longer than a page is split. The last page
has no "98". Blank lines, e.g. of an empty fact, are not shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from state.text.encoding import split_letters
from state.text.page_format import EncodedPage, PageFormat

MAX_CACHED_PAGES = 4096  # paginated screens in memory, about 1 KiB each
Size = Callable[[str], int]


@dataclass(frozen=True, slots=True, eq=False)
class Footer:
    """The keys below a screen: `more` only if another page follows, `keys` always."""

    more: str
    keys: str

    def written(self, sheet: EncodedPage) -> tuple[str, str]:
        """Return the encoded footers of a page with a next page and of the last page, line feeds included."""
        return _written_footer(self, sheet)


@lru_cache(maxsize=64)
def without_keys(footer: Footer) -> Footer:
    """Return the footer without keys that are always shown; the same object each time, because it is a cache key."""
    return Footer(footer.more, "")


@lru_cache(maxsize=256)
def _written_footer(footer: Footer, sheet: EncodedPage) -> tuple[str, str]:
    write = sheet.write
    return write(f"\n{footer.more}\n{footer.keys}").rstrip("\n"), write(f"\n{footer.keys}").rstrip("\n")


class Piece(NamedTuple):
    """A word or an option, which is not split; glue separates it from the piece before it on the page."""

    glue: str
    text: str
    rests: bool  # a good end of a page: the end of a sentence, line or option


@lru_cache(maxsize=MAX_CACHED_PAGES)
def paginate(say: str, options: tuple[str, ...], footer: Footer, paper: PageFormat) -> tuple[str, ...]:
    """Return the pages of a screen, each within its capacity; at least one, which may be empty."""
    sheet = paper.sheet("\n".join((say, *options, footer.keys)))
    more, keys = footer.written(sheet)
    text, options = sheet.write(say), tuple(map(sheet.write, options))
    whole = (_whole(text, options) + keys).lstrip("\n")
    if sheet.size(whole) <= sheet.room:
        return (whole,)
    space, last_space = sheet.room - sheet.size(more), sheet.room - sheet.size(keys)
    rest = [short for piece in _pieces(text, options) for short in _shortened(piece, space, sheet.size)]
    pages = []
    while sheet.size(_joined(rest)) > last_space:
        many = _how_many(rest, space, sheet.size)
        pages.append(_joined(rest[:many]) + more)
        rest = rest[many:]
    pages.append((_joined(rest) + keys).lstrip("\n"))
    return tuple(pages)


def _whole(text: str, options: tuple[str, ...]) -> str:
    """Join text and options on one page; equal to the joined pieces, but faster."""
    lines = (" ".join(line.split()) for line in (*text.split("\n"), *options))
    return "\n".join(filter(None, lines))


def _pieces(text: str, options: tuple[str, ...]) -> Iterator[Piece]:
    for line in text.split("\n"):
        words, glue = _bound_words(line), "\n"
        for place, word in enumerate(words, 1):
            yield Piece(glue, word, place == len(words) or word[-1] in ".!?")
            glue = " "
    for option in options:
        yield Piece("\n", re.sub(r"\s+", " ", option).strip(), rests=True)


def _bound_words(line: str) -> list[str]:
    """Return the words of a line, each number with the word before it: a page that began with one would offer it."""
    words: list[str] = []
    for word in line.split():
        if words and word[0].isdigit():
            words[-1] += f" {word}"
        else:
            words.append(word)
    return words


def _shortened(piece: Piece, space: int, size: Size) -> Iterator[Piece]:
    """Yield the piece, or its parts if no page can hold it: split between words, else between letters."""
    if size(piece.text) <= space:
        yield piece
        return
    words = piece.text.split(" ")
    if len(words) > 1:
        glue = piece.glue
        for word in words:
            yield from _shortened(Piece(glue, word, word is words[-1] and piece.rests), space, size)
            glue = " "
        return
    part = ""
    for letter in split_letters(piece.text):
        if size(part + letter) > space:
            yield Piece(piece.glue, part, rests=False)
            piece, part = piece._replace(glue=""), ""
        part += letter
    yield piece._replace(text=part)


def _how_many(rest: list[Piece], space: int, size: Size) -> int:
    """Return how many pieces the next page gets: as many as fit, or fewer for a better end of the page."""
    fits = taken = resting = 0
    for piece in rest:
        taken += size(piece.text) + (size(piece.glue) if fits else 0)
        if taken > space:
            break
        fits += 1
        if piece.rests and taken * 2 >= space:
            resting = fits
    return resting or fits or 1


def _joined(pieces: list[Piece]) -> str:
    return "".join(piece.glue + piece.text for piece in pieces).lstrip(" \n") if pieces else ""
