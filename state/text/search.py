"""Finding things by the words a citizen types: accents, capitals, typing mistakes and unfinished words are forgiven.

Every word of every entry goes into one vocabulary when the index is built. A search looks for each typed word among
them, as it is, then as a beginning, then as something near, and ranks the entries by how much of what was typed they
hold, a rare word counting more than a common one.
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

MOST_TYPED = 100  # characters looked at: longer ones are not a search
MOST_WORDS = 8
MAX_CACHED = 32_768  # phrases of operators and translators, about 200 bytes each
SHORTEST_WORD = 2  # letters and digits
SHORTEST_BEGUN = 3
SHORTEST_NEAR = 4  # letters: below that every word is near every other
NEAR, NEAR_LONG, LONG = 80.0, 74.0, 6  # likeness asked of a short and of a long word, and where long begins
EXACT, BEGINS, HALF = 1.0, 0.9, 0.5
ENOUGH = 0.6  # of the best one's score
SAYING_LITTLE = """
    ai au aux avec bonjour bonsoir ce cherche ces comment dans de demande demander demarche des du elle en est et faire
    faut il ils information informations infos je la le les leur ma me merci mes mon ne non notre nous obtenir on ont ou
    oui par pas plait pour prix qu quand que quel quelle quels qui sa salut savoir se ses si son sont sur svp ta te tes
    ton tu un une va veux vos votre voudrais vous"""
EMPTY_WORDS = frozenset(SAYING_LITTLE.split())
_APART = re.compile(r"[^a-z0-9]+")


def plain(text: str) -> str:
    """The text as small unaccented letters and digits, one space between words: what two spellings have in common."""
    if text.isascii() and text.isprintable():
        return _APART.sub(" ", text.lower()).strip()
    bare = unicodedata.normalize("NFKD", fold(text).lower().replace("æ", "ae").replace("ø", "o"))
    return _APART.sub(" ", "".join(sign for sign in bare if not unicodedata.combining(sign))).strip()


class Typed(NamedTuple):
    """What somebody typed, and its plain form, which is worked out once: it costs more than all that is asked of it."""

    raw: str
    plain: str

    @classmethod
    def of(cls, raw: str) -> Typed:
        return cls(raw, plain(raw[:MAX_TEXT])[:MAX_TEXT])


class Index:
    """Ids found by the words written about them."""

    def __init__(self, about: Mapping[str, tuple[str, ...]], aside: Mapping[str, tuple[str, ...]]) -> None:
        """about gives each id its phrases, the most telling first; words of aside's phrases count half."""
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
        """The ids that answer what was typed, best first; none when nothing comes near. A plain form is quickest."""
        words = _telling(typed[:MOST_TYPED])[:MOST_WORDS]
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
        """Each entry that holds the word or one near it, and how well."""
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
        asked = NEAR_LONG if len(word) >= LONG else NEAR
        for known, likeness, _ in process.extract(
            word, self._vocabulary, scorer=fuzz.ratio, score_cutoff=asked, limit=5
        ):
            yield known, likeness / 100 * BEGINS

    def _begun(self, word: str) -> list[str]:
        """The words of the vocabulary that begin so."""
        vocabulary = self._vocabulary
        return vocabulary[bisect_left(vocabulary, word) : bisect_left(vocabulary, f"{word}~")]  # no word has a ~

    def _place(self, name: str, asked: str) -> tuple[bool, int]:
        """Among equals, first whose phrases are what was typed, then begin so; the earlier the phrase, the better."""
        phrases = self._phrases[name]
        begun = (place for place, phrase in enumerate(phrases) if phrase.startswith(asked))
        return asked not in phrases, next(begun, len(phrases))


def says_little(text: str) -> bool:
    """Whether a text holds nothing to be found by: a greeting, a thank you."""
    return not _telling(text)


@lru_cache(maxsize=MAX_CACHED)
def _written(phrase: str) -> tuple[str, ...]:
    """The telling words of a phrase that an operator wrote, of which most are the same at the next change."""
    return tuple(_telling(phrase))


def _telling(text: str) -> list[str]:
    """The words of a text that tell one thing from another."""
    return [word for word in plain(text).split() if len(word) >= SHORTEST_WORD and word not in EMPTY_WORDS]
