"""The letters and tones of a language that keyboards do not have, for the buttons beside a translation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from state.text.languages import Language

TONES: Final[Mapping[str, str]] = {
    "\u0301": "haut",
    "\u0300": "bas",
    "\u0302": "descendant",
    "\u030c": "montant",
    "\u0304": "moyen",
    "\u0303": "nasal",
}
OF_BENIN: Final = ("ɔ", "ɛ", "ɖ", "ŋ")
PLAIN: Final[Mapping[str, str]] = {"ɔ": "o", "ɛ": "e", "ɖ": "d", "ŋ": "n", "ǝ": "e", "ʋ": "v", "ɣ": "g"}


def letters_of(language: Language) -> Mapping[str, str]:
    """Return the letters of a language, each with the letter of a keyboard that it stands beside."""
    own = [letter for letter in language.folding.table if letter in PLAIN and letter.islower()]
    return {letter: PLAIN[letter] for letter in dict.fromkeys((*OF_BENIN, *own))}
