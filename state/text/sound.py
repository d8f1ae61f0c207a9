"""The sound of a French word as a key: words that a citizen hears as the same have the same key.

The key is broader than pronunciation: s and z are one sound, and an r, e or é at the end is dropped, because plain text
has no accents and citizens write « kasié », « casier » and « cazier ». It is made for words in plain form
(state/text/search.py). No library for French was found that is both maintained and permissive and keeps these
differences apart; the groups of letters follow those of FONEM (Population 36-6, 1981, pp. 1085-1103,
www.persee.fr/doc/pop_0032-4663_1981_num_36_6_17248).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

MAX_CACHED: Final = 32_768  # words of the vocabularies, about 150 bytes each
SHORTEST_KEY: Final = 3  # sounds; a shorter key says too little
_VOWEL: Final = re.compile(r"[aeiouy]")

# In this order: letters with one sound, then soft c and g, then what is not heard at the end, then vowels.
_RULES: Final = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"[cs]h", "C"),
        (r"dj", "j"),
        (r"ph", "f"),
        (r"sc(?=[eiy])|c(?=[eiy])", "s"),
        (r"t(?=ion|ien|iel)", "s"),
        (r"ge(?=[ao])", "j"),
        (r"g(?=[eiy])", "j"),
        (r"gu(?=[eiy])", "g"),
        (r"gn", "n"),
        (r"qu|[cq]", "k"),
        (r"x", "ks"),
        (r"z", "s"),
        (r"h", ""),
        (r"(?<=...)[tdsp]+$|(?<=..)ks$", ""),
        (r"ient$|ent$", "2"),
        (r"(?:ei|ai)ll(?:e$)?|ay(?=[aeiou])", "ei"),
        (r"ill(?=[eaou])", "i"),
        (r"eau|au", "o"),
        (r"(?:ai|ei|[iy])[mn](?![aeiouymn])", "1"),
        (r"[ae][mn](?![aeiouymn])", "2"),
        (r"o[mn](?![aeiouymn])", "3"),
        (r"u[mn](?![aeiouymn])", "1"),
        (r"ai|ei", "e"),
        (r"oua|oi|wa", "oa"),
        (r"ou|w", "u"),
        (r"oeu|eu|oe", "e"),
        (r"y", "i"),
        (r"(.)\1+", r"\1"),
        (r"(?<=..)e$", ""),
        (r"(?<=..[aeiou])r$", ""),
        (r"(?<=..)e$", ""),
    )
)


@lru_cache(maxsize=MAX_CACHED)
def sound(word: str) -> str:
    """Return the key of a word in plain form, "" if it cannot be spoken or its key is too short."""
    if not _VOWEL.search(word) or not word.isalpha():
        return ""
    for pattern, heard in _RULES:
        word = pattern.sub(heard, word)
    return word if len(word) >= SHORTEST_KEY else ""
