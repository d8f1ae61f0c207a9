"""The words of results files, in all that ministries write them: verdicts, mentions and marks.

Accents, capitals, punctuation and gender are forgiven: « ADMISE », « Admis(e) » and « admis » are one verdict. What is
not known here is never guessed.
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
    """What two spellings of a word have in common; a sign that may be a doubt, as in « admis ? », stays in it."""
    return written.strip().casefold() if _DOUBT.search(written) else plain(written)


def _spelled(adjective: str) -> Iterator[str]:
    """How the adjective is written of a man, of a woman, of either: « admis », « admise », « admis(e) »."""
    yield from (plain(adjective), plain(adjective + "e"), plain(adjective + "(e)"))


VERDICTS: Mapping[str, VerdictName] = {
    **{word: name for name, every in _ADJECTIVES.items() for adjective in every for word in _spelled(adjective)},
    "abs": "absent",
}
_MENTIONS = {**{plain(one): one for one in MENTIONS}, **_ABBREVIATED, **{plain(one): "" for one in NO_MENTION}}


def parse_mention(written: str) -> str | None:
    """The mention as citizens read it, "" for none; None when the word is not known."""
    return "" if is_empty(written) else _MENTIONS.get(normalize_word(written).removeprefix("mention "))


def parse_mark(written: str) -> Decimal | None:
    """A mark written with a comma or a point, perhaps out of /20; None for anything else. It may be out of range."""
    found = _MARK.fullmatch(written.strip())
    return Decimal(f"{found[1]}.{found[2] or '0'}").normalize() if found else None


def is_empty(written: str) -> bool:
    """Whether this says nothing: an empty cell, or a dash that fills it."""
    return _DASHES.fullmatch(written) is not None


def has_no_mark(written: str) -> bool:
    """Whether this says that there is no mark: nothing, or that the candidate was absent."""
    return is_empty(written) or VERDICTS.get(normalize_word(written)) == "absent"


def format_mark(value: Decimal) -> str:
    """A mark as it is written in French."""
    return f"{value:f}".replace(".", ",")


def earned_mention(value: Decimal, least: Iterable[tuple[str, Decimal]]) -> str:
    """The mention that this mark earns, given the least mark of each, the lowest first."""
    return next((name for name, needed in reversed(list(least)) if value >= needed), "")
