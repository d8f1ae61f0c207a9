"""The words of an index, and those of them that a typed word may stand for: the same, its sound, its beginning.

Nearness is that of whole words: « extrait » is not near « retraite », although most of their letters are the same. What
is compared with many words is tried last, and only for words that are long enough to be mistyped.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from state.text.sound import sound

# Closeness of a typed word to a known one, from 0 to 1
SAME: Final = 1.0
SAME_SOUND: Final = 0.95
BEGINS: Final = 0.95
BEGUN: Final = 0.7  # share of that for the mere beginning; the rest is for the part of the word that was typed
SHORTENED: Final = 0.85  # written without vowels, as in SMS
SAME_STEM: Final = 0.8
SLIP_IN_LONG: Final = 0.85
SLIP: Final = 0.75  # in a short word, or two in a long one
BESIDE: Final = 0.7  # share of the closeness of a word, if the typed word itself is known

# Letters
SHORTEST_BEGUN: Final = 3
SHORTEST_SHORTENED: Final = 3
SHORTEST_PART: Final = 4  # of two words written as one
SHORTEST_SLIP: Final = 5
LONG: Final = 8
SHORTEST_STEM: Final = 5
ENDING: Final = 3

MAX_NEAR: Final = 12  # known words for one typed word
_LINKED: Final = re.compile(r"^d(?:es|e|u)?(.+)$")
_ELIDED: Final = re.compile(r"[dljs][aeiouyh].")
_VOWELS: Final = re.compile(r"[aeiouy]+")

Near = dict[str, float]


class Vocabulary:
    """The words of an index, prepared for every kind of nearness."""

    def __init__(self, words: Iterable[str]) -> None:
        self._sorted = sorted(set(words))
        self._known = frozenset(self._sorted)
        self._sounds = _grouped((sound(word), word) for word in self._sorted)
        self._skeletons = _grouped((_skeleton(word), word) for word in self._sorted)
        self._heard = sorted(self._sounds)

    def __contains__(self, word: str) -> bool:
        return word in self._known

    def near(self, word: str) -> Near:
        """Return the known words that this one may stand for, each with its closeness; the surest kind only."""
        found = self._sounding(word)
        if word in self._known:
            beside = self._same_stem(word) | found
            return {known: closeness * BESIDE for known, closeness in beside.items()} | {word: SAME}
        if len(word) >= SHORTEST_BEGUN:
            begun = _begun(self._sorted, word)[:MAX_NEAR]
            found = {known: BEGINS * (BEGUN + (1 - BEGUN) * len(word) / len(known)) for known in begun} | found
        return found or self._elided(word) or self._shortened(word) or self._mistyped(word)

    def split(self, word: str) -> Sequence[str]:
        """Return the two known words that are written as this one, or the word alone: « actedenaissance »."""
        for place in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1):
            first, second = word[:place], word[place:]
            linked = next((part for part in (second, *_LINKED.findall(second)) if part in self._known), "")
            if linked and first in self._known:
                return first, linked
        return (word,)

    def _sounding(self, word: str) -> Near:
        """Return the words that sound so; the last consonant may be heard, as in « kart ».

        Words with few sounds must be about as long: « tailleur » is not « terre ».
        """
        return {
            known: SAME_SOUND
            for key in {sound(word), sound(f"{word}e")}
            for known in self._sounds.get(key, ())
            if abs(len(known) - len(word)) < len(key)
        }

    def _elided(self, word: str) -> Near:
        """Return the word without the article before it: « deau », « limpot »."""
        bare = word[1:] if _ELIDED.match(word) else ""
        return {bare: SAME} if bare in self._known else self._sounding(bare)

    def _shortened(self, word: str) -> Near:
        """Return the words with these consonants, if the word has few vowels: « rslt » is « resultat »."""
        bare = _skeleton(word)
        if len(bare) < SHORTEST_SHORTENED or len(_VOWELS.findall(word)) > 1:
            return {}
        alike = self._skeletons.get(bare, ())
        return {known: SHORTENED for known in alike if known[0] == word[0] and _is_within(word, known)}

    def _mistyped(self, word: str) -> Near:
        """Return the words that differ by a slip or two in letters or in sound, or only in their ending."""
        found = self._same_stem(word)
        for heard, closeness in _slips(sound(word), self._heard):
            found |= dict.fromkeys(self._sounds[heard], closeness)
        return found | dict(_slips(word, self._sorted))

    def _same_stem(self, word: str) -> Near:
        """Return the words that differ in their ending only: « déclarer » and « déclaration »."""
        stem = word[: max(SHORTEST_STEM, len(word) - ENDING)]
        if len(word) <= SHORTEST_STEM:
            return {}
        return {known: SAME_STEM for known in _begun(self._sorted, stem)[:MAX_NEAR] if len(known) <= 2 * len(stem)}


def _skeleton(word: str) -> str:
    """Return the consonants of a word, each of a row of equal ones once."""
    return re.sub(r"(.)\1+", r"\1", _VOWELS.sub("", word)) if word.isalpha() else ""


def _slips(word: str, among: list[str]) -> list[tuple[str, float]]:
    """Return those among these that begin alike and differ by one slip, or by two if the word is long."""
    if len(word) < SHORTEST_SLIP:
        return []
    most, one = (2, SLIP_IN_LONG) if len(word) >= LONG else (1, SLIP)
    near = process.extract(word, _begun(among, word[0]), scorer=OSA.distance, score_cutoff=most, limit=MAX_NEAR)
    return [(known, one if slips < 2 else SLIP) for known, slips, _ in near if _is_slip(word, known)]


def _is_slip(word: str, known: str) -> bool:
    """True if a short word has a letter more or less: with another letter it is another word."""
    return len(word) != len(known) or len(word) > SHORTEST_SLIP


def _is_within(word: str, known: str) -> bool:
    """True if the known word has the letters of this one, in this order."""
    letters = iter(known)
    return all(letter in letters for letter in word)


def _begun(among: list[str], beginning: str) -> list[str]:
    """Return those of these sorted words with this beginning."""
    return among[bisect_left(among, beginning) : bisect_left(among, f"{beginning}~")]  # no word has a ~


def _grouped(keyed: Iterable[tuple[str, str]]) -> Mapping[str, Sequence[str]]:
    """Return the words by key; those without a key are left out."""
    groups: dict[str, list[str]] = defaultdict(list)
    for key, word in keyed:
        if key:
            groups[key].append(word)
    return groups
