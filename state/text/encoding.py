"""Encoding of texts for phones: the GSM 7-bit alphabet, UCS-2, folding from one to the other, SMS parts.

A text is normalised (NFC) and its typographic characters become plain ones. If only the GSM alphabet can be sent, a
letter outside it gets the spelling from its language's table, else the nearest plain letter, else loses its marks one
by one; "?" is the last resort. Folding a folded text changes nothing. Alphabet: 3GPP TS 23.038, 6.2.1 and 6.2.1.1
(www.3gpp.org/dynareport/23038.htm).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Final

DEFAULT: Final = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION: Final = "\f^{}\\[~]|€"  # sent after an escape: two septets each
ALPHABET: Final = frozenset(DEFAULT + EXTENSION)
_EXTENDED: Final = re.compile(f"[{re.escape(EXTENSION)}]")

MAX_MARKS: Final = 10  # characters of one letter; real letters have fewer
COMMON: Final = 0x2100  # replacements of characters below this are cached for ever
MAX_ODD: Final = 1024  # cached replacements of the others, so that odd inputs cannot fill the memory

TYPOGRAPHY: Final = {
    **dict.fromkeys("’‘‚‛ʼʻ`´′", "'"), **dict.fromkeys("“”„‟«»″", '"'), **dict.fromkeys("‐‑‒–—―−•·‣◦▪●", "-"),
    **dict.fromkeys("\r\f\u2028\u2029", "\n"), "\t": " ", "‹": "<", "›": ">", "…": "...", "×": "x", "⁄": "/",
}  # fmt: skip
LETTERS: Final = {  # capitals are derived
    "°": "o", "º": "o", "ª": "a", "œ": "oe", "ı": "i", "ł": "l", "đ": "d", "ð": "d", "þ": "th",
    "ɔ": "o", "ɛ": "e", "ə": "e", "ǝ": "e", "ɩ": "i", "ɪ": "i", "ʊ": "u", "ɖ": "d", "ŋ": "n", "ɲ": "ny", "ƒ": "f",
    "ɣ": "g", "ʋ": "v", "ɓ": "b", "ɗ": "d", "ƙ": "k", "ƴ": "y", "ɑ": "a", "ɡ": "g",
}  # fmt: skip


def septets(text: str) -> int:
    """Return the size of a folded text in GSM 7-bit septets; a character of the extension table counts 2."""
    return len(text) + len(_EXTENDED.findall(text))


def utf16_units(text: str) -> int:
    """Return the size of a text in UTF-16 code units (UCS-2); a character beyond the BMP counts 2."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def in_gsm(text: str) -> bool:
    """True if every character of the text is in the GSM alphabet."""
    return ALPHABET.issuperset(text)


def normalize_typography(text: str) -> str:
    """Return the text with its own letters, and with plain characters in place of typographic ones."""
    if _is_plain(text):
        return text
    # composed again: without invisible characters, a mark may now follow its letter
    return _composed(_composed(text).translate(_TYPESET))


def split_letters(text: str) -> Iterator[str]:
    """Yield the units that must not be split: each letter with its combining marks."""
    letter = ""
    for sign in text:
        if letter and (len(letter) == MAX_MARKS or not is_mark(sign)):
            yield letter
            letter = ""
        letter += sign
    if letter:
        yield letter


class Folding:
    """Folds a text to the GSM alphabet, as near to the language's own spelling as possible."""

    def __init__(self, table: Mapping[str, str] | None = None) -> None:
        """Table gives the spelling of letters, marks included; capitals are derived. Raises ValueError, in French."""
        own = {_composed(letter): _composed(spelling) for letter, spelling in (table or {}).items()}
        self.table: Mapping[str, str] = own
        self._letters = {**LETTERS, **own}
        capitals = _capitals(self._letters)
        self._letters |= {letter: "".join(map(self._sign, spelling)) for letter, spelling in capitals.items()}
        _check(own, self._letters)
        marked = sorted((letter for letter in self._letters if len(letter) > 1), key=len, reverse=True)
        self._marked = re.compile("|".join(map(re.escape, marked))) if marked else None
        self._signs = _Signs(self._sign)

    def __call__(self, text: str) -> str:
        """Return the folded text."""
        if _is_plain(text):
            return text
        text = _composed(text)
        if self._marked:
            text = self._marked.sub(lambda found: self._letters[found[0]], text)
        return text.translate(self._signs)

    def _sign(self, sign: str) -> str:
        if sign in self._letters:
            return self._letters[sign]
        if (plain := _typeset(sign)) != sign or sign in ALPHABET:
            return plain
        # drop a mark: its letter before it is folded already
        return "" if is_mark(sign) else self._apart(sign)

    def _apart(self, sign: str) -> str:
        """Fold the parts of a character, e.g. ế to ê and an acute, ê to e and a circumflex; "?" if one is unknown."""
        # 1½ must not read as 11/2: a fraction has a space before it
        parts = unicodedata.decomposition(sign).replace("<fraction>", "0020").split()
        spelt = []
        for part in parts:
            if part[0] != "<":
                spelt.append(self._sign(chr(int(part, 16))))
                if "?" in spelt[-1]:  # skip the other parts: U+FDFA has eighteen
                    return "?"
        return "".join(spelt) if parts else "?"


def _capitals(spelt: Mapping[str, str]) -> Mapping[str, str]:
    """Return the missing capitals with capitalised spellings; ı and ß have none of their own."""
    capitals = {letter.upper(): spelling[:1].upper() + spelling[1:] for letter, spelling in spelt.items()}
    return {one: spelling for one, spelling in capitals.items() if one not in spelt and _is_letter(one)}


def _check(own: Mapping[str, str], spelt: Mapping[str, str]) -> None:
    """Raise ValueError if a spelling contains a letter that is folded itself: folding twice must change nothing."""
    for letter, spelling in own.items():
        if not _is_letter(letter):
            raise ValueError(f"« {letter} » : écrivez une seule lettre, que les téléphones simples n'ont pas")
        if not in_gsm(spelling) or normalize_typography(spelling) != spelling:
            raise ValueError(f"« {letter}: {spelling} » : remplacez par des lettres que tous les téléphones ont")
        if again := next(filter(spelt.__contains__, spelling), None):
            raise ValueError(f"« {letter}: {spelling} » : « {again} » est remplacé lui-même ; écrivez-le autrement")


def _is_plain(text: str) -> bool:
    return text.isascii() and text.replace("\n", " ").isprintable() and "`" not in text


def is_mark(sign: str) -> bool:
    """Return True if this is a combining mark."""
    return unicodedata.category(sign)[0] == "M"


def _is_letter(text: str) -> bool:
    """True if this is one visible letter, marks included, outside ASCII."""
    return (
        not text.isascii()
        and normalize_typography(text) == text
        and not is_mark(text[0])
        and len(list(split_letters(text))) == 1
    )


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text).replace("\r\n", "\n")


def _typeset(sign: str) -> str:
    if sign in TYPOGRAPHY:
        return TYPOGRAPHY[sign]
    kind = unicodedata.category(sign)
    if kind == "Zs":
        return " "
    unseen = kind in ("Cf", "Cc", "Cs") or "\ufe00" <= sign <= "\ufe0f"  # joiners, controls, variation selectors
    return "" if unseen and sign != "\n" else sign


class _Signs(dict[int, str]):
    """A lazy table for str.translate: the replacement of each character by code point."""

    def __init__(self, rule: Callable[[str], str]) -> None:
        self._rule = lru_cache(maxsize=MAX_ODD)(rule)

    def __missing__(self, codepoint: int) -> str:
        becomes = self._rule(chr(codepoint))
        if codepoint < COMMON:
            self[codepoint] = becomes
        return becomes


_TYPESET = _Signs(_typeset)
fold = Folding()
