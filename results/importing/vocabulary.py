"""The words of results files in all their spellings: verdicts, mentions and marks.

Accents, capitals, punctuation and gender are ignored: « ADMISE », « Admis(e) » and « admis » are one verdict. Unknown
words are refused, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from catalog.entries import VerdictName
from catalog.texts import MENTIONS
from state.text.search import plain

HIGHEST = Decimal(20)
NO_MENTION = ("sans mention", "aucune", "néant", "non")
_MARK = re.compile(r"([+-]?\d{1,3})(?:[.,](\d{1,10}))?(?: ?/ ?20)?", re.ASCII)
_DASHES = re.compile(r"[\s.–—_/-]*")
_DOUBT = re.compile(r"[^\w\s.,:;·'’\"«»()/–—-]")

_ADJECTIVES: Mapping[VerdictName, tuple[str, ...]] = {
    "admitted": ("admis", "définitivement admis", "déclaré admis", "reçu"),
    "admissible": ("admissible", "déclaré admissible"),
    "refused": ("refusé", "non admis", "échoué"),
    "adjourned": ("ajourné",),
    "absent": ("absent",),
}
_ABBREVIATED = {"p": "Passable", "ab": "Assez bien", "a bien": "Assez bien", "b": "Bien", "tb": "Très bien",
                "t bien": "Très bien"}  # fmt: skip


def normalize_word(written: str) -> str:
    """Normalize the spelling of a word; a sign of doubt, as in « admis ? », stays in it."""
    return written.strip().casefold() if _DOUBT.search(written) else plain(written)


def _spelled(adjective: str) -> Iterator[str]:
    """Yield the spellings of an adjective by gender: « admis », « admise », « admis(e) »."""
    yield from (plain(adjective), plain(adjective + "e"), plain(adjective + "(e)"))


VERDICTS: Mapping[str, VerdictName] = {
    **{word: name for name, every in _ADJECTIVES.items() for adjective in every for word in _spelled(adjective)},
    "abs": "absent",
}
_MENTIONS = {**{plain(one): one for one in MENTIONS}, **_ABBREVIATED, **{plain(one): "" for one in NO_MENTION}}


def parse_mention(written: str) -> str | None:
    """Return the mention as citizens read it, "" for none, or None for an unknown word."""
    return "" if is_empty(written) else _MENTIONS.get(normalize_word(written).removeprefix("mention "))


def parse_mark(written: str) -> Decimal | None:
    """Return a mark written with a comma or a point, perhaps out of /20, or None. It may be out of range."""
    found = _MARK.fullmatch(written.strip())
    return Decimal(f"{found[1]}.{found[2] or '0'}").normalize() if found else None


def is_empty(written: str) -> bool:
    """Whether a cell is empty or has only a dash."""
    return _DASHES.fullmatch(written) is not None


def has_no_mark(written: str) -> bool:
    """Whether a cell says that there is no mark: it is empty, or the candidate was absent."""
    return is_empty(written) or VERDICTS.get(normalize_word(written)) == "absent"


def format_mark(value: Decimal) -> str:
    """Format a mark in French."""
    return f"{value:f}".replace(".", ",")


def earned_mention(value: Decimal, least: Iterable[tuple[str, Decimal]]) -> str:
    """Return the mention for this mark, from the minimum mark of each mention, the lowest first."""
    return next((name for name, needed in reversed(list(least)) if value >= needed), "")
