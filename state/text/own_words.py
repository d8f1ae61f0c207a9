"""The words of a language in a text that has others too: only they lose their tones on a basic phone.

What is not translated stands in French among the words of a language, with names from files. A word is the language's
own if most of the translations that have it do not have it from their French.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from typing import Final

from state.text.encoding import ALPHABET, Folding, is_mark

Translation = tuple[str, str]  # the French and the text of the language
_BLOCKS: Final = (range(0x30, 0x2B0), range(0x300, 0x370), range(0x1E00, 0x1F00))  # Latin letters, combining marks
_SIGNS: Final = [chr(code) for block in _BLOCKS for code in block]
_LETTERS: Final = "".join(sign for sign in _SIGNS if sign.isalnum() or is_mark(sign))
_WORD: Final = re.compile(f"[{_LETTERS}]+")
_NEXT: Final = re.compile(f" ([{_LETTERS}]+)")


def tones_of(folding: Folding) -> str:
    """Return the letters that a phone has and that this folding replaces, capitals too."""
    letters = {form for letter in folding.table for form in (letter, letter.upper())}
    return "".join(sorted(letters & ALPHABET))


class MixedFolding(Folding):
    """Folds a language's own words with its whole table, and in other words only what no phone has."""

    def __init__(
        self, whole: Folding, translations: Iterable[Translation], fallback: frozenset[str] = frozenset()
    ) -> None:
        """Fallback has the own words of a language that stands in for this one."""
        super().__init__({letter: spelling for letter, spelling in whole.table.items() if letter not in ALPHABET})
        pairs = [(_words(french), _words(text)) for french, text in translations]
        taken, alone = Counter[str](), Counter[str]()
        for french, own in pairs:
            taken.update(own & french)
            alone.update(own - french)
        self.own = fallback.union(word for word, count in alone.items() if count > taken[word])
        self._shared = self.own.intersection(word for french, _ in pairs for word in french)
        self._whole = whole
        tones = tones_of(whole)
        plain = "".join(letter for letter in _LETTERS if letter not in tones)
        # from the start of a word, without going back: the time grows with the text only
        toned = rf"(?<![{_LETTERS}])[{plain}]*+[{tones}][{_LETTERS}]*+"
        self._toned = re.compile(toned if tones else r"(?!)")

    def __call__(self, text: str) -> str:
        """Return the folded text."""
        if text.isascii():
            return super().__call__(text)
        return super().__call__(self._toned.sub(self._word, unicodedata.normalize("NFC", text)))

    def _word(self, found: re.Match[str]) -> str:
        word = found[0].lower()
        if word not in self.own or (word in self._shared and self._is_before_another(found)):
            return found[0]
        return self._whole(found[0])

    def _is_before_another(self, found: re.Match[str]) -> bool:
        """Whether a word of another language follows: a word that both have goes with the next one."""
        after = _NEXT.match(found.string, found.end())
        return after is not None and after[1].lower() not in self.own


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(unicodedata.normalize("NFC", text).lower()))
