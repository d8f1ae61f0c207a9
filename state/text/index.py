"""The index of a search: finds entries by typed words, and says how much of what was typed each of them answers.

A search looks for each typed word as it is, by its sound, as a beginning, then as a mistyped word
(state/text/vocabulary.py). An entry's score is the share of the typed words that it has, rare words counting more, and
less if no phrase of it was typed whole. Words that no entry has lower every score, so that a search for something else
finds nothing.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final, NamedTuple

from state.text.search import telling_words
from state.text.vocabulary import SAME_SOUND, Near, Vocabulary

MAX_TYPED: Final = 100  # characters of a search; the rest is ignored
MAX_WORDS: Final = 8
MAX_CACHED: Final = 32_768  # phrases of menus and translations, about 200 bytes each
HALF: Final = 0.5
UNKNOWN: Final = 0.4  # weight of a word that no entry has, as a share of the rarest word's
LEAST_FIT: Final = 0.6  # share of the score of an entry of which no phrase was typed
THRESHOLD: Final = 0.45  # least score of what is offered
ENOUGH: Final = 0.7  # least share of the best score
SURE: Final = 0.7  # least score of what may be opened at once
USUALLY: Final = 3  # how much an entry is asked for, if nobody says so
FAVOUR: Final = 0.02  # what each degree more is worth, as a share of the score
LIKELY: Final = 12  # entries whose phrases are compared, besides those that are wanted
Phrases = Mapping[str, tuple[str, ...]]


class Match(NamedTuple):
    """An entry that a search found: score says how much of the typed words it answers, from 0 to 1."""

    name: str
    score: float

    @property
    def percent(self) -> str:
        """The score in %, as a fact of a row."""
        return str(round(100 * self.score))


class Index:
    """An index that finds ids by the words of their phrases."""

    def __init__(
        self, about: Phrases, aside: Phrases = MappingProxyType({}), asked: Mapping[str, int] = MappingProxyType({})
    ) -> None:
        """About has the phrases of each id, the most telling first; words of aside's phrases count half.

        asked says how much an id is asked for, from 1 to 5, by default USUALLY; it ranks what is equal otherwise.
        """
        self._phrases = {name: tuple(map(_written, phrases)) for name, phrases in about.items()}
        self._holders: dict[str, dict[str, float]] = defaultdict(dict)
        self._favour = {name: 1 + FAVOUR * (asked.get(name, USUALLY) - USUALLY) for name in about}
        for phrases, share in ((aside, HALF), (about, 1.0)):
            for name, written in phrases.items():
                for word in dict.fromkeys(word for phrase in written for word in _written(phrase)):
                    self._holders[word][name] = share
        self._rarity = {word: self._rarity_of(holders.values()) for word, holders in self._holders.items()}
        self._unknown = UNKNOWN * (1 + math.log(1 + len(about)))
        self._vocabulary = Vocabulary(self._holders)

    def find(self, typed: str, most: int) -> list[Match]:
        """Return up to `most` matches for the typed text, best first; a text in plain form is fastest.

        What answers too little of the text is not returned, and neither is what answers much less than the best.
        """
        words = self._words(telling_words(typed[:MAX_TYPED])[:MAX_WORDS])
        near = list(words.values())
        gains, whole = self._gains(near)
        closest = _closest(near)
        likely = sorted(gains, key=gains.__getitem__, reverse=True)[: most + LIKELY]
        fits = {name: LEAST_FIT + (1 - LEAST_FIT) * self._fit(name, closest) for name in likely}
        matches = [Match(name, gains[name] / whole * fit) for name, fit in fits.items()]
        enough = max(THRESHOLD, ENOUGH * max((one.score for one in matches), default=0))
        found = [one for one in matches if one.score >= enough]
        return sorted(found, key=lambda one: self._rank(one, tuple(words)))[:most]

    def _rarity_of(self, shares: Iterable[float]) -> float:
        """Return the weight of a word by its holders; those that it is only filed under count less."""
        return 1 + math.log(1 + len(self._phrases) / max(1.0, sum(share * share for share in shares)))

    def _words(self, typed: list[str]) -> dict[str, Near]:
        """Return the typed words as the vocabulary writes them, joined or apart, with what each may stand for."""
        words, known, last = dict[str, Near](), self._vocabulary, ""
        for word in typed:
            if last and (joined := last + word) in known and not (word in known and last in known):
                words.pop(last, None)
                last, words[joined] = joined, known.near(joined)
            elif near := known.near(word):
                last, words[word] = word, near
            else:
                last = word
                words |= {part: known.near(part) for part in known.split(word)}
        return words

    def _gains(self, near: list[Near]) -> tuple[Mapping[str, float], float]:
        """Return what each entry gains by the typed words, and what one would gain that has them all."""
        gains, whole = defaultdict[str, float](float), 0.0
        for known in near:
            best, own = self._gain_of(known)
            whole += own
            for name, gain in best.items():
                gains[name] += gain
        return gains, whole

    def _gain_of(self, known: Near) -> tuple[Mapping[str, float], float]:
        """Return what each entry gains by one typed word, and what it would gain if the best had been typed exactly."""
        best, most = dict[str, float](), (0.0, self._unknown)
        surest = max(known.values(), default=0)
        typical = max((self._rarity[word] for word, closeness in known.items() if closeness == surest), default=0)
        for word, closeness in known.items():
            rarity = min(self._rarity[word], typical)  # a rare form of a common word is as common
            least = 0 if closeness >= SAME_SOUND else 1  # what an entry is filed under is coarse enough
            for name, share in self._holders[word].items():
                if share >= least:
                    best[name] = max(closeness * share * rarity, best.get(name, 0.0))
                    most = max(most, (closeness * share * rarity, share * rarity))
        return best, most[1]

    def _fit(self, name: str, closest: Near) -> float:
        """Return how much of one phrase of the entry was typed, from 0 to 1; the best of its phrases counts."""
        rarity = self._rarity
        return max(
            (
                sum(closest.get(word, 0) * rarity[word] for word in phrase) / sum(rarity[word] for word in phrase)
                for phrase in self._phrases[name]
                if phrase
            ),
            default=0.0,
        )

    def _rank(self, match: Match, typed: tuple[str, ...]) -> tuple[float, int, str]:
        """Rank by score and by what is asked most; of equals, first that of which an early phrase was typed."""
        phrases = self._phrases[match.name]
        place = phrases.index(typed) if typed in phrases else len(phrases)
        return -match.score * self._favour[match.name], place, match.name


def _closest(near: list[Near]) -> Near:
    """Return the known words that were typed, each with its greatest closeness."""
    closest = Near()
    for known in near:
        for word, closeness in known.items():
            closest[word] = max(closeness, closest.get(word, 0.0))
    return closest


@lru_cache(maxsize=MAX_CACHED)
def _written(phrase: str) -> tuple[str, ...]:
    """Return the significant words of a phrase; cached because most phrases stay the same between versions."""
    return tuple(telling_words(phrase))
