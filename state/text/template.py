"""The words of a screen: an operator's text with its {placeholders}, filled with what is known of this conversation.

A placeholder is the name of an answer that was kept or of a fact that a source told, and nothing else: no format, no
attribute, no expression, so that a menu file can read nothing but the conversation. What fills it is never read again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from babel.dates import format_date
from babel.numbers import format_decimal

from state.interfaces import FactKind

NAME = r"[a-z][a-z0-9_]*"
_PLACEHOLDER = re.compile(r"\{(" + NAME + r")\}")
_BRACE = re.compile(r"\{[^{}]*\}?|\}")


@dataclass(frozen=True, slots=True)
class Template:
    """A text and the names it waits for; texts has one part more than names."""

    texts: tuple[str, ...]
    names: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Template:
        """The template of an operator's text; braces that hold no name stay as they are (zin check refuses them)."""
        parts = _PLACEHOLDER.split(text.strip())
        return cls(tuple(parts[::2]), tuple(parts[1::2]))

    def fill(self, known: Callable[[str], str]) -> str:
        """The text with each name replaced by what is known under it."""
        if not self.names:
            return self.texts[0]
        filled = list(self.texts)
        for place, name in enumerate(self.names):
            filled[place] += known(name)
        return "".join(filled)


@dataclass(frozen=True, slots=True)
class PluralTemplate:
    """A text that depends on a number: which name holds it, and what is said of so many."""

    number: str
    said_of: Callable[[int], str]

    def fill(self, known: Callable[[str], str]) -> str:
        """The text for the number that is known, filled in as any other."""
        digits = re.sub(r"\D", "", known(self.number))
        return Template.of(self.said_of(int(digits or 0))).fill(known)


def has_words(text: str) -> bool:
    """Whether there is something to translate in a text besides what fills it in."""
    return any(sign.isalpha() for part in Template.of(text).texts for sign in part)


def stray_braces(text: str) -> Iterator[str]:
    """What stands in braces without being a name, or a brace alone, e.g. "{Nom}" or "}"."""
    yield from _BRACE.findall(_PLACEHOLDER.sub("", text))


@lru_cache(maxsize=4096)
def format_fact(value: str, kind: FactKind, locale: str = "fr_BJ") -> str:
    """A fact as it is said to a citizen: a date with the month's name, money with its unit, a number with spaces.

    What does not read as its kind is said as it came. Babel's no-break spaces become plain ones, which phones have.
    """
    try:
        match kind:
            case "date":
                said = format_date(date.fromisoformat(value), "long", locale=locale)
            case "money":
                said = f"{format_decimal(int(value), locale=locale)} F"
            case "number":
                said = format_decimal(int(value), locale=locale)
            case "text" | "words":
                said = value
    except ValueError:
        said = value
    return said.replace("\u202f", " ").replace("\xa0", " ")
