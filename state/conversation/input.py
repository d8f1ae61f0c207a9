"""What a citizen meant by what was typed: the trigger it fires, and what it answers.

Numbers, keys and patterns end here: the machine, the figures and the tests only know what was meant.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from state.menu.model import KEYS, Screen
from state.text.answer_forms import legible
from state.text.search import plain

Names = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class ParsedInput:
    """What was meant; values are what sources get, in canonical forms, shown what the citizen saw, by the same names.

    sends and notifies are what the option asks for besides (state/menu/model.py), label what it said.
    """

    trigger: str
    values: Mapping[str, str]
    shown: Mapping[str, str]
    sends: str = ""
    notifies: str = ""
    label: str = ""


def input_since_last_hop(heard: str, text: str, *, joined: bool) -> str | None:
    """This hop's input, given what was heard by the last one; None when the text does not go on from there.

    A joined gateway sends all inputs with "*" between them and escapes nothing: what was typed is what the text has
    more than the last one, less one "*", so that empty inputs and typed "*" survive.
    """
    if not joined:
        return text
    if not text.startswith(heard):
        return None
    more = text[len(heard) :]
    if not heard:
        return more
    return more[1:] if more.startswith("*") else None


LANGUAGE: Final = "langue"  # the word that leads to the languages from every screen of every channel


def asks_language(typed: str) -> bool:
    """Whether this is the word that leads to the choice of a language."""
    return typed.casefold() == LANGUAGE


def parse_input(screen: Screen, typed: str, rows: Sequence[tuple[str, str]]) -> ParsedInput | None:
    """What this input means on this screen, whatever page is shown; None when it means nothing here."""
    if typed in KEYS:
        return ParsedInput(KEYS[typed], {}, {})
    if screen.asked:
        kept, name = screen.asked.like(typed), screen.asked.keep
        return None if kept is None else ParsedInput("answer", {name: kept}, {name: legible(typed)})
    number = _number(typed)
    if screen.rows:
        if not 1 <= number <= len(rows):
            return None
        value, label = rows[number - 1]
        return ParsedInput("choice", {screen.rows.keep: value}, {screen.rows.keep: label})
    for option in screen.options:
        if option.number == number:
            label = option.label.texts[0] if option.label else ""
            shown = dict.fromkeys(option.keep, label)
            return ParsedInput(option.trigger, option.keep, shown, option.sends, option.notifies, label)
    return None


def names(screen: Screen, rows: Sequence[tuple[str, str]], known: Callable[[str], str]) -> Names:
    """What the options and rows of this screen are called, each behind its number, in their plain form."""
    options = ((str(option.number), option.label.fill(known)) for option in screen.options if option.label)
    listed = ((str(number), name) for number, row in enumerate(rows, 1) for name in row)
    return [(number, f"{plain(name)} ") for number, name in (*options, *listed)]


def find_option_by_name(every: Names, words: str) -> str:
    """The number of the first that is called so, or whose name begins so, in whole plain words; "" for none."""
    if not words:
        return ""
    whole = (number for number, name in every if name == f"{words} ")
    begun = (number for number, name in every if name.startswith(f"{words} "))
    return next(whole, "") or next(begun, "")


def _number(typed: str) -> int:
    """The number typed, 0 for anything else; a leading zero and the # that ends a dialled code are forgiven."""
    digits = typed.removesuffix("#").rstrip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 4 else 0
