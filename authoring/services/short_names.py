"""Short names for services whose file has none: the beginning of the whole name, in whole words, and no two alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from catalog.entry_types import slug

MAX_CHARACTERS: Final = 30
SMALL: Final = frozenset(
    (
        "à",
        "a",
        "au",
        "aux",
        "d",
        "de",
        "des",
        "du",
        "en",
        "et",
        "l",
        "la",
        "le",
        "les",
        "ou",
        "par",
        "pour",
        "sur",
        "un",
        "une",
    )
)


class ShortNames:
    """The short names in use; `made` has one line for each that was made."""

    def __init__(self, known: Mapping[str, str]) -> None:
        self._taken = {slug(short) for short in known.values()}
        self.made: list[str] = []

    def make(self, entry: str, name: str) -> str:
        """Return a short name for a new entry, made of its whole name; "" if that is empty."""
        short = shortened(name)
        number = 2
        while slug(short) in self._taken:
            end = f" {number}"
            short = shortened(name, MAX_CHARACTERS - len(end)) + end
            number += 1
        self._taken.add(slug(short))
        if short != name:
            self.made.append(f"{short} ({entry})")
        return short


def shortened(name: str, most: int = MAX_CHARACTERS) -> str:
    """Return the first whole words of a name; a small word does not stand at the end."""
    text = " ".join(name.split())
    if len(text) <= most:
        return text
    words = text[: most + 1].split(" ")[:-1] or [text[:most]]
    while len(words) > 1 and words[-1].lower().strip(",;:(") in SMALL:
        words.pop()
    return " ".join(words).rstrip(" ,;:(-")
