"""What a phone can show and what it costs: the GSM 7-bit alphabet, UCS-2, folding from one into the other, SMS parts.

A text is normalised (NFC) and its typographic signs become plain ones (typeset). Where only the alphabet travels, a
letter that it lacks takes the spelling of its language's own table, else the nearest plain one, else loses its marks
one by one; what has none of these becomes "?". Folding a folded text changes nothing.
Alphabet: 3GPP TS 23.038, 6.2.1 and 6.2.1.1 (www.3gpp.org/dynareport/23038.htm).
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
EXTENSION: Final = "\f^{}\\[~]|€"  # behind an escape: two septets each
ALPHABET: Final = frozenset(DEFAULT + EXTENSION)
_EXTENDED: Final = re.compile(f"[{re.escape(EXTENSION)}]")

MOST_MARKS: Final = 10  # signs of one letter: more of them are no letter that anybody writes
COMMON: Final = 0x2100  # what signs below become is remembered for good
MAX_ODD: Final = 1024  # of the others, so that odd inputs cannot fill the memory

TYPOGRAPHY: Final = {
    **dict.fromkeys("’‘‚‛ʼʻ`´′", "'"), **dict.fromkeys("“”„‟«»″", '"'), **dict.fromkeys("‐‑‒–—―−•·‣◦▪●", "-"),
    **dict.fromkeys("\r\f\u2028\u2029", "\n"), "\t": " ", "‹": "<", "›": ">", "…": "...", "×": "x", "⁄": "/",
}  # fmt: skip
LETTERS: Final = {  # capitals follow
    "°": "o", "º": "o", "ª": "a", "œ": "oe", "ı": "i", "ł": "l", "đ": "d", "ð": "d", "þ": "th",
    "ɔ": "o", "ɛ": "e", "ə": "e", "ǝ": "e", "ɩ": "i", "ɪ": "i", "ʊ": "u", "ɖ": "d", "ŋ": "n", "ɲ": "ny", "ƒ": "f",
    "ɣ": "g", "ʋ": "v", "ɓ": "b", "ɗ": "d", "ƙ": "k", "ƴ": "y", "ɑ": "a", "ɡ": "g",
}  # fmt: skip


def septets(text: str) -> int:
    """How much of a screen this folded text takes, in GSM 7-bit septets: a sign of the extension table counts 2."""
    return len(text) + len(_EXTENDED.findall(text))


def utf16_units(text: str) -> int:
    """How much of a screen this text takes in UCS-2, in UTF-16 code units: a sign beyond the BMP counts 2."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def in_gsm(text: str) -> bool:
    """Whether every sign of this text is in the GSM alphabet."""
    return ALPHABET.issuperset(text)


def normalize_typography(text: str) -> str:
    """The text in its own letters, with the plain signs that every phone has around them."""
    if _is_plain(text):
        return text
    # composed once more: a mark may stand on a letter now that nothing invisible is between them
    return _composed(_composed(text).translate(_TYPESET))


def letters(text: str) -> Iterator[str]:
    """What must not be torn apart, one after the other: each letter with the marks that stand on it."""
    letter = ""
    for sign in text:
        if letter and (len(letter) == MOST_MARKS or not _is_mark(sign)):
            yield letter
            letter = ""
        letter += sign
    if letter:
        yield letter


class Folding:
    """Writes a text in letters that every phone has, as near to the language's own spelling as they allow."""

    def __init__(self, table: Mapping[str, str] | None = None) -> None:
        """table spells letters, marks included; their capitals follow. Raises ValueError, in French, for a bad one."""
        own = {_composed(letter): _composed(spelling) for letter, spelling in (table or {}).items()}
        self._letters = {**LETTERS, **own}
        capitals = _capitals(self._letters)
        self._letters |= {letter: "".join(map(self._sign, spelling)) for letter, spelling in capitals.items()}
        _check(own, self._letters)
        marked = sorted((letter for letter in self._letters if len(letter) > 1), key=len, reverse=True)
        self._marked = re.compile("|".join(map(re.escape, marked))) if marked else None
        self._signs = _Signs(self._sign)

    def __call__(self, text: str) -> str:
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
        # a mark goes: its letter stands before it, and has been spelt
        return "" if _is_mark(sign) else self._apart(sign)

    def _apart(self, sign: str) -> str:
        """What it is made of, as ế of ê and an acute, and ê of e and a circumflex; "?" where a part has no spelling."""
        # 1½ must not read as 11/2: a fraction has a space before it
        parts = unicodedata.decomposition(sign).replace("<fraction>", "0020").split()
        spelt = []
        for part in parts:
            if part[0] != "<":
                spelt.append(self._sign(chr(int(part, 16))))
                if "?" in spelt[-1]:  # the others need no look: U+FDFA has eighteen
                    return "?"
        return "".join(spelt) if parts else "?"


def _capitals(spelt: Mapping[str, str]) -> Mapping[str, str]:
    """The capitals that are missing, each with its letter's spelling, capital too; ı and ß have none of their own."""
    capitals = {letter.upper(): spelling[:1].upper() + spelling[1:] for letter, spelling in spelt.items()}
    return {one: spelling for one, spelling in capitals.items() if one not in spelt and _is_letter(one)}


def _check(own: Mapping[str, str], spelt: Mapping[str, str]) -> None:
    """No spelling may hold a letter that is spelt otherwise, so that folding twice changes nothing."""
    for letter, spelling in own.items():
        if not _is_letter(letter):
            raise ValueError(f"« {letter} » : écrivez une seule lettre, que les téléphones simples n'ont pas")
        if not in_gsm(spelling) or normalize_typography(spelling) != spelling:
            raise ValueError(f"« {letter}: {spelling} » : remplacez par des lettres que tous les téléphones ont")
        if again := next(filter(spelt.__contains__, spelling), None):
            raise ValueError(f"« {letter}: {spelling} » : « {again} » est remplacé lui-même ; écrivez-le autrement")


def split_sms(text: str) -> tuple[str, ...]:
    """The parts in which an SMS travels, in the encoding that the text needs: 160 and 153 septets, or 70 and 67 units.

    No sign that counts 2 is torn apart, nor a letter and its marks unless they are longer than a part.
    """
    size, alone, many = (septets, 160, 153) if in_gsm(text) else (utf16_units, 70, 67)
    if size(text) <= alone:
        return (text,)
    parts = []
    while text:
        parts.append(_part(text, size, many))
        text = text.removeprefix(parts[-1])
    return tuple(parts)


def _part(text: str, size: Callable[[str], int], room: int) -> str:
    end = min(room, len(text))
    while size(text[:end]) > room:
        end -= 1
    between = (place for place in range(end, 0, -1) if place == len(text) or not _is_mark(text[place]))
    return text[: next(between, end)]


def shortest_sms(text: str, folding: Folding) -> str:
    """The text in its own letters, or folded where that saves a part."""
    own = normalize_typography(text)
    if in_gsm(own) or len(split_sms(folded := folding(text))) >= len(split_sms(own)):
        return own
    return folded


def _is_plain(text: str) -> bool:
    return text.isascii() and text.replace("\n", " ").isprintable() and "`" not in text


def _is_mark(sign: str) -> bool:
    return unicodedata.category(sign)[0] == "M"


def _is_letter(text: str) -> bool:
    """Whether it is one sign that can be seen, marks included, and that not every keyboard has."""
    return (
        not text.isascii()
        and normalize_typography(text) == text
        and not _is_mark(text[0])
        and len(list(letters(text))) == 1
    )


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text).replace("\r\n", "\n")


def _typeset(sign: str) -> str:
    if sign in TYPOGRAPHY:
        return TYPOGRAPHY[sign]
    kind = unicodedata.category(sign)
    if kind == "Zs":
        return " "
    unseen = kind in ("Cf", "Cc", "Cs") or "\ufe00" <= sign <= "\ufe0f"  # joiners, controls, the choice of a glyph
    return "" if unseen and sign != "\n" else sign


class _Signs(dict[int, str]):
    """What each sign becomes, by codepoint, as first asked for."""

    def __init__(self, rule: Callable[[str], str]) -> None:
        self._rule = lru_cache(maxsize=MAX_ODD)(rule)

    def __missing__(self, codepoint: int) -> str:
        becomes = self._rule(chr(codepoint))
        if codepoint < COMMON:
            self[codepoint] = becomes
        return becomes


_TYPESET = _Signs(_typeset)
fold = Folding()
