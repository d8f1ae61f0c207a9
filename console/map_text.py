"""How much room words take in a drawing, and how they are cut to it: there is no browser here to ask.

Widths are those of a wide common letter, so that words are rather cut too early than run out of their box.
"""

from __future__ import annotations

import unicodedata
from typing import Final

NARROW: Final = frozenset("iIjlt.,:;!'’|()[]{} \u202f")
BROAD: Final = frozenset("mwMWœŒæÆ@%…—")


def width(text: str, size: float) -> float:
    """How wide these words are at this size of letters, in its unit; rather too much than too little."""
    return size * sum(map(_share, text))


def cut(text: str, room: float, size: float) -> str:
    """As much of these words as there is room for, with « … » where some are left out."""
    if width(text, size) <= room:
        return text
    kept = text
    while kept and width(f"{kept}…", size) > room:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


def lines(text: str, room: float, size: float, most: int) -> tuple[str, ...]:
    """These words on so many lines at most, broken between words where that can be."""
    found, words = [""], text.split()
    while words:
        longer = f"{found[-1]} {words[0]}".strip()
        if width(longer, size) > room and found[-1]:
            if len(found) == most:
                break
            found.append("")
            continue
        found[-1] = longer
        words.pop(0)
    found[-1] = " ".join([found[-1], *words])
    return tuple(cut(line, room, size) for line in found)


def _share(sign: str) -> float:
    if sign in NARROW:
        return 0.42
    if sign in BROAD or unicodedata.east_asian_width(sign) in "WF":
        return 1.05
    if unicodedata.combining(sign):
        return 0.0
    return 0.76 if sign.isupper() else 0.64
