"""What a basic phone can show: the GSM 7-bit alphabet, what a text takes of it, and folding into it.

A text is normalised (NFC), its typographic signs become plain ones, and a letter that the alphabet lacks loses its
accent or takes its nearest plain spelling; what has none becomes "?". Folding a folded text changes nothing.
Alphabet: 3GPP TS 23.038, 6.2.1 and 6.2.1.1 (www.3gpp.org/dynareport/23038.htm).
"""

from __future__ import annotations

import unicodedata

DEFAULT = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = "\f^{}\\[~]|€"  # behind an escape: two septets each
ALPHABET = frozenset(DEFAULT + EXTENSION)

PLAIN = {
    "’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
    "‹": "<", "›": ">", "…": "...",
    "–": "-", "—": "-", "‑": "-", "−": "-", "•": "-", "·": "-", "×": "x", "°": "o", "º": "o", "ª": "a",
    "œ": "oe", "Œ": "OE", "\r": "\n", "\t": " ", "\f": "\n", "\u2028": "\n", "\u2029": "\n",
    "ɔ": "o", "Ɔ": "O", "ɛ": "e", "Ɛ": "E", "ɖ": "d", "Ɖ": "D", "ŋ": "n", "Ŋ": "N", "ɲ": "ny", "Ɲ": "Ny",
    "ƒ": "f", "Ƒ": "F", "ɣ": "g", "Ɣ": "G", "ʋ": "v", "Ʋ": "V", "ɓ": "b", "Ɓ": "B", "ɗ": "d", "Ɗ": "D",
    "ƴ": "y", "Ƴ": "Y", "ɑ": "a", "ɡ": "g", "ı": "i", "ł": "l", "Ł": "L", "đ": "d", "ð": "d", "þ": "th",
}  # fmt: skip


def fold(text: str) -> str:
    """The text in letters that every phone has, as near to what was written as they allow."""
    if text.isascii() and _all_shown(text):
        return text
    return unicodedata.normalize("NFC", text).replace("\r\n", "\n").translate(_FOLDED)


def septets(text: str) -> int:
    """How much of a screen this folded text takes, in GSM 7-bit septets: a sign of the extension table counts 2."""
    return len(text) + sum(map(text.count, EXTENSION))


def _all_shown(text: str) -> bool:
    return text.replace("\n", " ").isprintable() and "`" not in text


def _folded(sign: str) -> str:
    if sign in PLAIN:
        return PLAIN[sign]
    if sign in ALPHABET:
        return sign
    kind = unicodedata.category(sign)
    if kind[0] == "Z":
        return " "
    if kind[0] == "M" or kind in ("Cf", "Cc"):  # marks without a letter, joiners, controls: nothing to see
        return ""
    return _bare(sign) or "?"


def _bare(sign: str) -> str:
    """The sign without its accents and compatibility forms, as far as the alphabet goes."""
    apart = (part for part in unicodedata.normalize("NFKD", sign) if part != sign)
    return "".join(PLAIN.get(part, part if part in ALPHABET else "") for part in apart)


class _Folding(dict[int, str]):
    """Codepoint to folded text; only what is common is kept, so that odd inputs cannot fill the memory."""

    def __missing__(self, codepoint: int) -> str:
        return _folded(chr(codepoint))


_COMMON = (range(0x20, 0x250), range(0x1E00, 0x1F00), range(0x2010, 0x2040))
_FOLDED = _Folding({code: _folded(chr(code)) for block in _COMMON for code in block})
