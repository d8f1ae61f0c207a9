"""Search by typed words; ignores accents and case, and allows small typing mistakes and unfinished words.

The index has one vocabulary with every word of every entry. A search looks for each typed word as it is, then as a
beginning, then as a similar word. It ranks entries by the share of the typed words they contain; rare words count more.
"""

from __future__ import annotations

import math
import re
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz, process

from state.interfaces import MAX_TEXT
from state.text.encoding import fold

MAX_TYPED = 100  # characters of a search; the rest is ignored
MAX_WORDS = 8
MAX_CACHED = 32_768  # phrases of menus and translations, about 200 bytes each
SHORTEST_WORD = 2  # letters and digits
SHORTEST_BEGUN = 3
SHORTEST_NEAR = 4  # letters: shorter words are all similar
NEAR, NEAR_LONG, LONG = 80.0, 74.0, 6  # least similarity in % of a short and of a long word; length of a long word
EXACT, BEGINS, HALF = 1.0, 0.9, 0.5
ENOUGH = 0.6  # least share of the best score
SAYING_LITTLE = """
    ai au aux avec bonjour bonsoir ce cherche ces comment dans de demande demander demarche des du elle en est et faire
    faut il ils information informations infos je la le les leur ma me merci mes mon ne non notre nous obtenir on ont ou
    oui par pas plait pour prix qu quand que quel quelle quels qui sa salut savoir se ses si son sont sur svp ta te tes
    ton tu un une va veux vos votre voudrais vous"""
EMPTY_WORDS = frozenset(SAYING_LITTLE.split())
_APART = re.compile(r"[^a-z0-9]+")


def plain(text: str) -> str:
    """Return the text as small unaccented letters and digits, with one space between words."""
    if text.isascii() and text.isprintable():
        return _APART.sub(" ", text.lower()).strip()
    bare = unicodedata.normalize("NFKD", fold(text).lower().replace("æ", "ae").replace("ø", "o"))
    return _APART.sub(" ", "".join(sign for sign in bare if not unicodedata.combining(sign))).strip()


class Typed(NamedTuple):
    """A typed text and its plain form, computed once because it costs more than the comparisons."""

    raw: str
    plain: str

    @classmethod
    def of(cls, raw: str) -> Typed:
        """Build it from the text as typed."""
        return cls(raw, plain(raw[:MAX_TEXT])[:MAX_TEXT])


class Index:
    """An index that finds ids by the words of their phrases."""

    def __init__(self, about: Mapping[str, tuple[str, ...]], aside: Mapping[str, tuple[str, ...]]) -> None:
        """About has the phrases of each id, the most telling first; words of aside's phrases count half."""
        self._phrases = {name: tuple(" ".join(_written(phrase)) for phrase in about[name]) for name in about}
        self._holders: dict[str, dict[str, float]] = defaultdict(dict)
        for phrases, share in ((aside, HALF), (about, 1.0)):
            for name, written in phrases.items():
                for word in dict.fromkeys(word for phrase in written for word in _written(phrase)):
                    self._holders[word][name] = share
        for holders in self._holders.values():
            rarity = math.log(1 + len(about) / len(holders))
            holders.update({name: share * rarity for name, share in holders.items()})
        self._vocabulary = sorted(self._holders)

    def find(self, typed: str, most: int) -> list[str]:
        """Return up to `most` ids for the typed text, best first; a text in plain form is fastest."""
        words = _telling(typed[:MAX_TYPED])[:MAX_WORDS]
        scores: dict[str, float] = defaultdict(float)
        for word in words:
            for name, score in self._holding(word).items():
                scores[name] += score
        if not scores:
            return []
        enough = ENOUGH * max(scores.values())
        found = [name for name, score in scores.items() if score >= enough]
        return sorted(found, key=lambda name: (-scores[name], self._place(name, " ".join(words)), name))[:most]

    def _holding(self, word: str) -> dict[str, float]:
        """Return the entries with this word or a similar one, each with its score."""
        best: dict[str, float] = {}
        for known, closeness in self._near(word):
            for name, weight in self._holders[known].items():
                best[name] = max(closeness * weight, best.get(name, 0.0))
        return best

    def _near(self, word: str) -> Iterator[tuple[str, float]]:
        if word in self._holders:
            yield word, EXACT
            return
        begun = self._begun(word) if len(word) >= SHORTEST_BEGUN else []
        if begun or len(word) < SHORTEST_NEAR:
            yield from ((known, BEGINS) for known in begun)
            return
        cutoff = NEAR_LONG if len(word) >= LONG else NEAR
        for known, likeness, _ in process.extract(
            word, self._vocabulary, scorer=fuzz.ratio, score_cutoff=cutoff, limit=5
        ):
            yield known, likeness / 100 * BEGINS

    def _begun(self, word: str) -> list[str]:
        """Return the words of the vocabulary with this beginning."""
        vocabulary = self._vocabulary
        return vocabulary[bisect_left(vocabulary, word) : bisect_left(vocabulary, f"{word}~")]  # no word has a ~

    def _place(self, name: str, words: str) -> tuple[bool, int]:
        """Rank equal scores: first an equal phrase, then a phrase that begins so; earlier phrases first."""
        phrases = self._phrases[name]
        begun = (place for place, phrase in enumerate(phrases) if phrase.startswith(words))
        return words not in phrases, next(begun, len(phrases))


def says_little(text: str) -> bool:
    """True if the text has no word to search for, e.g. a greeting."""
    return not _telling(text)


@lru_cache(maxsize=MAX_CACHED)
def _written(phrase: str) -> tuple[str, ...]:
    """Return the significant words of a phrase; cached because most phrases stay the same between versions."""
    return tuple(_telling(phrase))


def _telling(text: str) -> list[str]:
    """Return the significant words of a text."""
    return [word for word in plain(text).split() if len(word) >= SHORTEST_WORD and word not in EMPTY_WORDS]
