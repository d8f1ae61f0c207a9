"""Plain form of a text, in which words are compared and searched, and its significant words."""

from __future__ import annotations

import re
import unicodedata
from typing import Final, NamedTuple

from state.interfaces import MAX_TEXT
from state.text.encoding import fold

SHORTEST_WORD: Final = 2  # letters and digits
SAYING_LITTLE = """
    ai aller allez allo alors and au aussi aux avait avec avez avoir avons ayant besoin bien bon bonjour bonne bonsoir
    ca can ce cela celui ces cette cherche chercher chez combien comme comment coute dans de deja demande demander
    demarche depuis des devez do dois doit donc du elle elles en encore entre est et etait ete etre eux faire fais
    fait faites faut for frere fut get hello how ici il ils information informations infos is it jamais je jour la le
    les leur lui ma madame mais maman me merci mere mes moins mon monsieur my ne need non nos notre nous numero
    obtenir of on oncle ont ou oui papa par pas pere peut peux plait please plus pour pouvez pouvoir prix qu quand que
    quelqu quel quelle quels qui quoi sa salut sans savoir se sera ses si soeur soir son sont sous stp suis sur svp ta
    tante te tes the to toi ton toujours tous tout tres tu un une va vais venir vers veux vient vos votre voudrais
    voudrait voulez vouloir vous want"""
EMPTY_WORDS = frozenset(SAYING_LITTLE.split())
_APART = re.compile(r"[^a-z0-9]+")
_ALONE = re.compile(r"(?<=\b[a-z]) (?=[a-z]\b)")


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


def says_little(text: str) -> bool:
    """True if the text has no word to search for, e.g. a greeting."""
    return not telling_words(text)


def telling_words(text: str) -> list[str]:
    """Return the significant words of a text; letters that stand alone are one word: « n p i »."""
    return [
        word for word in _ALONE.sub("", plain(text)).split() if len(word) >= SHORTEST_WORD and word not in EMPTY_WORDS
    ]
