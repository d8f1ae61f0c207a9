"""Templates: an operator's text with {placeholders}, filled with values of the conversation.

A placeholder is the name of a stored answer or of a source's fact, and nothing else: no format, attribute or
expression, so that a menu file can read only the conversation. Values are not parsed again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from babel.dates import format_date
from babel.numbers import format_decimal

from state.country import country
from state.interfaces import FactKind

NAME = r"[a-z][a-z0-9_]*"
_PLACEHOLDER = re.compile(r"\{(" + NAME + r")\}")
_BRACE = re.compile(r"\{[^{}]*\}?|\}")


@dataclass(frozen=True, slots=True)
class Template:
    """A text and its placeholder names; texts has one part more than names."""

    texts: tuple[str, ...]
    names: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Template:
        """Parse an operator's text; braces without a valid name stay as they are (zin check reports them)."""
        parts = _PLACEHOLDER.split(text.strip())
        return cls(tuple(parts[::2]), tuple(parts[1::2]))

    def fill(self, known: Callable[[str], str]) -> str:
        """Return the text with each name replaced by its value.

        Of several lines, one whose names all have no value is left out, with the line above it that ends with a colon.
        """
        if not self.names:
            return self.texts[0]
        filled, is_complete = list(self.texts), True
        for place, name in enumerate(self.names):
            value = known(name)
            filled[place] += value
            is_complete = is_complete and value != ""
        return "".join(filled) if is_complete else _filled_lines(self, known)


@lru_cache(maxsize=1024)
def _lines_of(template: Template) -> tuple[Template, ...]:
    names = (*(f"{{{name}}}" for name in template.names), "")
    written = "".join(text + name for text, name in zip(template.texts, names, strict=True))
    return tuple(Template.of(line) for line in written.split("\n"))


def _filled_lines(template: Template, known: Callable[[str], str]) -> str:
    """Return the lines of a text that say something, when some of its values are not known."""
    lines, filled = _lines_of(template), list[str]()
    for line in lines:
        if len(lines) == 1 or not line.names or any(map(known, line.names)):
            values = (*map(known, line.names), "")
            filled.append("".join(text + value for text, value in zip(line.texts, values, strict=True)))
        elif filled and filled[-1].endswith(":"):
            filled.pop()
    return "\n".join(filled)


@dataclass(frozen=True, slots=True)
class PluralTemplate:
    """A text that depends on a number: the name of that number, and the text for each value."""

    number: str
    form_of: Callable[[int], str]

    def fill(self, known: Callable[[str], str]) -> str:
        """Return the text for the number's value, with all names replaced."""
        digits = re.sub(r"\D", "", known(self.number))
        return Template.of(self.form_of(int(digits or 0))).fill(known)


def has_words(text: str) -> bool:
    """True if the text has letters to translate besides its placeholders."""
    return any(sign.isalpha() for part in Template.of(text).texts for sign in part)


def stray_braces(text: str) -> Iterator[str]:
    """Yield braces that do not contain a valid name, e.g. "{Nom}" or "}"."""
    yield from _BRACE.findall(_PLACEHOLDER.sub("", text))


@lru_cache(maxsize=4096)
def format_fact(value: str, kind: FactKind, locale: str = "fr", months: tuple[str, ...] = ()) -> str:
    """Format a fact for citizens: a date with the month's name, money with its unit, a number with spaces.

    months are the twelve names of a language that CLDR does not have; its dates are written day, month, year.

    A value that does not have its kind is not changed. Babel's no-break spaces become plain ones, which phones can
    show.
    """
    try:
        match kind:
            case "date":
                day = date.fromisoformat(value)
                named = f"{day.day} {months[day.month - 1]} {day.year}" if months else ""
                text = named or format_date(day, "long", locale=locale)
            case "money":
                text = f"{format_decimal(int(value), locale=locale)} {country().currency.sign}"
            case "number":
                text = format_decimal(int(value), locale=locale)
            case "text" | "words" | "list":
                text = value
    except ValueError:
        text = value
    return text.replace("\u202f", " ").replace("\xa0", " ")
