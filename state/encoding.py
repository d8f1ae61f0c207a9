"""What a phone can show and what it costs: the GSM 7-bit alphabet, UCS-2, folding from one into the other, SMS parts.

A text is normalised (NFC) and its typographic signs become plain ones (typeset). Where only the alphabet travels, a
letter that it lacks takes the spelling of its language's own table, else the nearest plain one, else loses its accent;
what has none of these becomes "?". Folding a folded text changes nothing.
Alphabet: 3GPP TS 23.038, 6.2.1 and 6.2.1.1 (www.3gpp.org/dynareport/23038.htm).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from typing import Final

DEFAULT: Final = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION: Final = "\f^{}\\[~]|€"  # behind an escape: two septets each
ALPHABET: Final = frozenset(DEFAULT + EXTENSION)

MOST_MARKS: Final = 10  # signs of one letter: more of them are no letter that anybody writes

TYPOGRAPHY: Final = {
    "’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
    "‹": "<", "›": ">", "…": "...", "–": "-", "—": "-", "‑": "-", "−": "-", "•": "-", "·": "-", "×": "x",
    "\r": "\n", "\t": " ", "\f": "\n", "\u2028": "\n", "\u2029": "\n",
}  # fmt: skip
LETTERS: Final = {
    "°": "o", "º": "o", "ª": "a", "œ": "oe", "Œ": "OE", "ı": "i", "ł": "l", "Ł": "L", "đ": "d", "ð": "d", "þ": "th",
    "ɔ": "o", "Ɔ": "O", "ɛ": "e", "Ɛ": "E", "ɖ": "d", "Ɖ": "D", "ŋ": "n", "Ŋ": "N", "ɲ": "ny", "Ɲ": "Ny",
    "ƒ": "f", "Ƒ": "F", "ɣ": "g", "Ɣ": "G", "ʋ": "v", "Ʋ": "V", "ɓ": "b", "Ɓ": "B", "ɗ": "d", "Ɗ": "D",
    "ƴ": "y", "Ƴ": "Y", "ɑ": "a", "ɡ": "g",
}  # fmt: skip


def septets(text: str) -> int:
    """How much of a screen this folded text takes, in GSM 7-bit septets: a sign of the extension table counts 2."""
    return len(text) + sum(map(text.count, EXTENSION))


def units(text: str) -> int:
    """How much of a screen this text takes in UCS-2, in UTF-16 code units: a sign beyond the BMP counts 2."""
    return len(text) + sum(sign > "\uffff" for sign in text)


def in_gsm(text: str) -> bool:
    """Whether every sign of this text is in the GSM alphabet."""
    return ALPHABET.issuperset(text)


def typeset(text: str) -> str:
    """The text in its own letters, with the plain signs that every phone has around them."""
    if _is_plain(text):
        return text
    return unicodedata.normalize("NFC", text).replace("\r\n", "\n").translate(_TYPESET)


def letters(text: str) -> Iterator[str]:
    """What must not be torn apart, one after the other: each letter with the marks that stand on it."""
    letter = ""
    for sign in text:
        if letter and (len(letter) == MOST_MARKS or unicodedata.category(sign)[0] != "M"):
            yield letter
            letter = ""
        letter += sign
    if letter:
        yield letter


class Folding:
    """Writes a text in letters that every phone has, as near to the language's own spelling as they allow."""

    def __init__(self, table: Mapping[str, str] | None = None) -> None:
        """table spells letters, marks included; their capitals follow. Raises ValueError, in French, for a bad one."""
        self._spelt = _checked(table or {})
        longest_first = sorted(self._spelt, key=len, reverse=True)
        self._own = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    def __call__(self, text: str) -> str:
        if _is_plain(text):
            return text
        text = typeset(text)
        if self._own is None:
            return text.translate(_FOLDED)
        # once more at the end: what is bared, as æ of ǽ, may be spelt in the language's own way too
        return self._own.sub(self._spell, self._own.sub(self._spell, text).translate(_FOLDED))

    def _spell(self, found: re.Match[str]) -> str:
        return self._spelt[found[0]]


def _checked(table: Mapping[str, str]) -> Mapping[str, str]:
    """The table with its capitals. What is folded never holds a key, so that folding twice changes nothing."""
    small = {unicodedata.normalize("NFC", letter): spelling for letter, spelling in table.items()}
    capitals = {letter.upper(): spelling[:1].upper() + spelling[1:] for letter, spelling in small.items()}
    others = {letter: spelling for letter, spelling in capitals.items() if not letter.isascii() and letter not in small}
    spelt = {**small, **others}
    for letter, spelling in spelt.items():
        if letter.isascii() or (letter in small and len(list(letters(letter))) != 1):
            raise ValueError(f"« {letter} » : écrivez une seule lettre, que les téléphones simples n'ont pas")
        if not in_gsm(spelling) or typeset(spelling) != spelling or any(other in spelling for other in spelt):
            raise ValueError(f"« {letter}: {spelling} » : remplacez par des lettres que tous les téléphones ont")
    return spelt


fold = Folding()


def sms(text: str) -> tuple[str, ...]:
    """The parts in which an SMS travels, in the encoding that the text needs: 160 and 153 septets, or 70 and 67 units.

    No sign of the extension table, no surrogate pair and no letter with its marks is torn apart.
    """
    size, alone, many = (septets, 160, 153) if in_gsm(text) else (units, 70, 67)
    if size(text) <= alone:
        return (text,)
    parts, left = [""], many
    for letter in letters(text):
        if size(letter) > left:
            parts.append("")
            left = many
        parts[-1] += letter
        left -= size(letter)
    return tuple(parts)


def shortest_sms(text: str, folding: Folding) -> str:
    """The text in its own letters, or folded where that saves a part."""
    own, folded = typeset(text), folding(text)
    return folded if len(sms(folded)) < len(sms(own)) else own


def _is_plain(text: str) -> bool:
    return text.isascii() and text.replace("\n", " ").isprintable() and "`" not in text


def _typeset(sign: str) -> str:
    if sign in TYPOGRAPHY:
        return TYPOGRAPHY[sign]
    kind = unicodedata.category(sign)
    if kind[0] == "Z":
        return " "
    return "" if kind in ("Cf", "Cc", "Cs") and sign != "\n" else sign  # joiners, controls: nothing to see


def _folded(sign: str) -> str:
    if sign in ALPHABET:
        return sign
    if sign in LETTERS:
        return LETTERS[sign]
    if unicodedata.category(sign)[0] == "M":  # a mark whose letter has gone its way without it
        return ""
    return _bare(sign) or "?"


def _bare(sign: str) -> str:
    """The sign without its accents and compatibility forms, as far as the alphabet goes."""
    apart = (part for part in unicodedata.normalize("NFKD", sign) if part != sign)
    return "".join(TYPOGRAPHY.get(part, LETTERS.get(part, part if part in ALPHABET else "")) for part in apart)


class _Signs(dict[int, str]):
    """Codepoint to text; only what is common is kept, so that odd inputs cannot fill the memory."""

    def __init__(self, rule: Callable[[str], str]) -> None:
        super().__init__({code: rule(chr(code)) for block in _COMMON for code in block})
        self._rule = rule

    def __missing__(self, codepoint: int) -> str:
        return self._rule(chr(codepoint))


_COMMON = (range(0x20, 0x370), range(0x1E00, 0x1F00), range(0x2010, 0x2040))
_TYPESET, _FOLDED = _Signs(_typeset), _Signs(_folded)
