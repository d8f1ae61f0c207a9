"""Parses a citizen's input into a trigger and its values.

Only this module knows numbers, keys and patterns; the machine, the usage counters and the tests use its results.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from state.menu.model import KEYS, Screen
from state.text.answer_forms import legible
from state.text.search import plain

Names = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class ParsedInput:
    """The meaning of an input. values go to sources in canonical form; shown has the citizen's view by the same names.

    sends and notifies are the messages that the option requests (state/menu/model.py); label is the option's label.
    """

    trigger: str
    values: Mapping[str, str]
    shown: Mapping[str, str]
    sends: str = ""
    notifies: str = ""
    label: str = ""


def input_since_last_hop(previous: str, text: str, *, joined: bool) -> str | None:
    """Return this hop's input, given the text of the last hop; None if the text does not continue it.

    A gateway with joined inputs sends all of them with "*" between them and escapes nothing. The input is what follows
    the previous text and one "*", so that empty inputs and typed "*" are kept.
    """
    if not joined:
        return text
    if not text.startswith(previous):
        return None
    more = text[len(previous) :]
    if not previous:
        return more
    return more[1:] if more.startswith("*") else None


MAX_DIGITS: Final = 3
_DIGITS: Final = re.compile(r"[0-9]+")
_CHOSEN: Final = re.compile(r"(?:no?[ .]*)?[^\w]*([0-9]{1,3})[^\w]*", re.IGNORECASE)
LANGUAGE: Final = "langue"  # opens the language screen from every screen of every channel


def asks_language(typed: str) -> bool:
    """True if this is the word that opens the language screen."""
    return typed.casefold() == LANGUAGE


def bare_input(typed: str) -> str:
    """Return a typed input without spaces around it and without the # that ends what is dialled (3GPP TS 22.090)."""
    typed = typed.strip()
    return typed.rstrip("# ") or typed if typed.endswith("#") else typed


def split_inputs(typed: str) -> list[str]:
    """Return the inputs that were typed as one, with `*` or spaces between them; one with letters is not split."""
    inputs = [bare_input(one) for one in typed.strip("* ").split("*")] if "*" in typed else typed.split()
    return inputs if all(inputs) and ("*" in typed or all(_DIGITS.fullmatch(one) for one in inputs)) else [typed]


def parse_input(screen: Screen, typed: str, rows: Sequence[tuple[str, str]]) -> ParsedInput | None:
    """Parse an input on this screen, on any of its pages; None if it means nothing here."""
    if typed in KEYS:
        return ParsedInput(KEYS[typed], {}, {})
    if screen.free_input:
        answer, name = screen.free_input.like(typed), screen.free_input.keep
        return None if answer is None else ParsedInput("answer", {name: answer}, {name: legible(typed)})
    number = typed_number(typed)
    if screen.rows:
        if 1 <= number <= len(rows):
            value, label = rows[number - 1]
            return ParsedInput("choice", {screen.rows.keep: value}, {screen.rows.keep: label})
        number -= len(rows)  # the written options stand below the rows
    for option in screen.options:
        if option.number == number:
            label = option.label.texts[0] if option.label else ""
            shown = option.shown or dict.fromkeys(option.keep, label)
            return ParsedInput(option.trigger, option.keep, shown, option.sends, option.notifies, label)
    return None


def option_names(screen: Screen, rows: Sequence[tuple[str, str]], known: Callable[[str], str]) -> Names:
    """Return the names of the options and rows in plain form, each with its number."""
    above = len(rows)
    options = ((str(above + option.number), option.label.fill(known)) for option in screen.options if option.label)
    listed = ((str(number), name) for number, row in enumerate(rows, 1) for name in row)
    return [(number, f"{plain(name)} ") for number, name in (*options, *listed)]


def find_option_by_name(every: Names, words: str) -> str:
    """Return the number of the first option with this name, or whose name begins with these whole words; "" if none."""
    if not words:
        return ""
    whole = (number for number, name in every if name == f"{words} ")
    begun = (number for number, name in every if name.startswith(f"{words} "))
    return next(whole, "") or next(begun, "")


def typed_number(typed: str) -> int:
    """Return the typed number, 0 for anything else.

    Leading zeros, digits of other keyboards and signs around them are allowed: `1.`, `(1)`, `n°1`, `1#`. Four digits
    are the end of a phone number.
    """
    if typed.isascii() and typed.isdigit():
        return int(typed) if len(typed) <= MAX_DIGITS else 0
    found = _CHOSEN.fullmatch(legible(typed))
    return int(found[1]) if found else 0
