"""What helps to translate a text: short texts already translated that occur in it, and texts that are like it.

A glossary needs no file of its own: a short text that the language says, as a key, a theme or the name of a document,
is the word that all other texts must use too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from heapq import nlargest
from typing import Final

from authoring.translating.language_texts import LanguageTexts, State, Translation
from authoring.translating.texts import Text
from state.text.search import plain

MAX_WORDS: Final = 3  # of a text that counts as a word of the glossary
MAX_GLOSSARY, MAX_ALIKE = 8, 3
MIN_LIKENESS: Final = 0.6
MAX_CACHED: Final = 16_384  # texts as words are compared, some hundred bytes each
_PLACEHOLDER: Final = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A translated text: in French, in the language, and what that is worth."""

    id: str
    french: str
    said: str
    state: State


def glossary(texts: LanguageTexts, text: Text) -> list[Suggestion]:
    """Return the short translated texts that occur in a text as whole words, the longest first."""
    within = f" {_simple(text.one)} "
    found: dict[str, Suggestion] = {}
    for one in _translated(texts, text):
        words = _simple(one.text.one)
        if words and len(words.split()) <= MAX_WORDS and f" {words} " in within:
            found.setdefault(words, _suggestion(one))
    return [found[words] for words in sorted(found, key=lambda words: (-len(words), words))][:MAX_GLOSSARY]


def alike(texts: LanguageTexts, text: Text) -> list[Suggestion]:
    """Return the translated texts that are most like a text, the most alike first."""
    wanted, matcher = _simple(text.one).split(), SequenceMatcher(autojunk=False)
    matcher.set_seq2(wanted)
    scored: list[tuple[float, str, Suggestion]] = []
    for one in _translated(texts, text):
        matcher.set_seq1(_simple(one.text.one).split())
        ratios = (matcher.real_quick_ratio, matcher.quick_ratio, matcher.ratio)  # the dearest last
        if all(ratio() >= MIN_LIKENESS for ratio in ratios):
            scored.append((matcher.ratio(), one.text.one, _suggestion(one)))
    return [one for _, _, one in nlargest(MAX_ALIKE, scored, key=lambda item: item[:2])]


def _translated(texts: LanguageTexts, but: Text) -> Iterator[Translation]:
    for one in texts.translations.values():
        if one.text.id != but.id and one.state in ("draft", "attested", "reviewed"):
            yield one


def _suggestion(one: Translation) -> Suggestion:
    return Suggestion(one.text.id, one.text.one, one.forms[0], one.state)


@lru_cache(maxsize=MAX_CACHED)
def _simple(text: str) -> str:
    return plain(_PLACEHOLDER.sub(" ", text))
