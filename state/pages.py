"""A screen cut to the phone: text, numbered options and footer keys, as pages that fit.

What is measured is the folded text that will really travel, footer counted. A page ends before an option if it can,
else after a sentence, else between words; only a word longer than a page is split. The last page has no "98". Blank
lines, such as a fact that is empty leaves, are not shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from state.encoding import fold, septets

PAGES_KEPT = 4096  # cut screens kept in memory, about 1 KiB each


@dataclass(frozen=True, slots=True)
class Footer:
    """The keys under a screen: `more` only while another page follows, `keys` always."""

    more: str
    keys: str

    def folded(self) -> tuple[str, str]:
        """What stands under a page that another follows, and under the last, line feeds included."""
        return _folded_footer(self)


@lru_cache(maxsize=64)
def _folded_footer(footer: Footer) -> tuple[str, str]:
    return fold(f"\n{footer.more}\n{footer.keys}").rstrip("\n"), fold(f"\n{footer.keys}").rstrip("\n")


class Piece(NamedTuple):
    """What is never split: a word or an option; glue joins it to what stands before it on the same page."""

    glue: str
    text: str
    rests: bool  # a page may well end after it: the end of a sentence, of a line, of an option


@lru_cache(maxsize=PAGES_KEPT)
def cut(say: str, options: tuple[str, ...], footer: Footer, room: int) -> tuple[str, ...]:
    """The pages of a screen, each of at most `room` septets; at least one, which may be empty."""
    more, keys = footer.folded()
    whole = (_whole(fold(say), options) + keys).lstrip("\n")
    if septets(whole) <= room:
        return (whole,)
    space, last_space = room - septets(more), room - septets(keys)
    rest = [short for piece in _pieces(fold(say), options) for short in _shortened(piece, space)]
    pages = []
    while _size(rest) > last_space:
        many = _how_many(rest, space)
        pages.append(_joined(rest[:many]) + more)
        rest = rest[many:]
    pages.append((_joined(rest) + keys).lstrip("\n"))
    return tuple(pages)


def _whole(say: str, options: tuple[str, ...]) -> str:
    """Text and options as one page has them: what _pieces would come to, without taking it apart."""
    lines = (" ".join(line.split()) for line in (*say.split("\n"), *map(fold, options)))
    return "\n".join(filter(None, lines))


def _pieces(say: str, options: tuple[str, ...]) -> Iterator[Piece]:
    for line in say.split("\n"):
        words, glue = line.split(), "\n"
        for place, word in enumerate(words, 1):
            yield Piece(glue, word, place == len(words) or word[-1] in ".!?:;")
            glue = " "
    for option in options:
        yield Piece("\n", re.sub(r"\s+", " ", fold(option)).strip(), rests=True)


def _shortened(piece: Piece, space: int) -> Iterator[Piece]:
    """The piece itself, or its parts when no page could hold it: between words, else anywhere."""
    if septets(piece.text) <= space:
        yield piece
        return
    words = piece.text.split(" ")
    if len(words) > 1:
        glue = piece.glue
        for word in words:
            yield from _shortened(Piece(glue, word, word is words[-1] and piece.rests), space)
            glue = " "
        return
    part = ""
    for sign in piece.text:
        if septets(part + sign) > space:
            yield Piece(piece.glue, part, rests=False)
            piece, part = piece._replace(glue=""), ""
        part += sign
    yield piece._replace(text=part)


def _how_many(rest: list[Piece], space: int) -> int:
    """How many pieces the next page takes: as many as fit, fewer when that ends it at a better place."""
    fits = size = resting = 0
    for piece in rest:
        size += septets(piece.text) + (septets(piece.glue) if fits else 0)
        if size > space:
            break
        fits += 1
        if piece.rests and size * 2 >= space:
            resting = fits
    return resting or fits or 1


def _size(pieces: list[Piece]) -> int:
    return septets(_joined(pieces))


def _joined(pieces: list[Piece]) -> str:
    return "".join(piece.glue + piece.text for piece in pieces).lstrip(" \n") if pieces else ""
