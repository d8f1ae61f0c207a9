"""A menu ready to be served: each screen with what it says, hears and leads to, and the machine that moves sessions.

state/menu/compiler.py makes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from state.interfaces import ChannelKind, FieldSpec, Question
from state.menu.answer_patterns import AnswerPattern
from state.menu.phrases import Phrases
from state.text.pagination import Footer
from state.text.template import PluralTemplate, Template
from state.text.translations import Translator

KINDS: tuple[ChannelKind, ...] = ("ussd", "sms", "chat")
KEYS: Mapping[str, str] = MappingProxyType({"0": "back", "00": "home", "98": "more"})


@dataclass(frozen=True, slots=True)
class Option:
    """One numbered choice; label is None for a shortcut that the screen does not show.

    sends is the screen whose words go to the citizen as a message, or the look-up whose answer will; notifies the
    look-up of which the citizen wants to be told each change.
    """

    number: int
    label: Template | None
    trigger: str
    keep: Mapping[str, str]
    sends: str = ""
    notifies: str = ""


@dataclass(frozen=True, slots=True)
class ListOptions:
    """Options that a source gives: how a row is told, and under which name the chosen one's id is kept."""

    label: Template
    keep: str


@dataclass(frozen=True, slots=True)
class FreeInput:
    """A free answer: the name it is kept under, what reads it, what is said when it does not read, and a long one."""

    keep: str
    like: AnswerPattern
    hint: Template
    longest: str


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen of a compiled menu; question is what it asks a source on arrival, if anything.

    lines are the options as shown, made once; None where a label waits for what is known of the conversation.
    """

    name: str
    says: Mapping[ChannelKind, Template | PluralTemplate]
    footer: Footer
    question: Question | None = None
    options: tuple[Option, ...] = ()
    lines: tuple[str, ...] | None = ()
    rows: ListOptions | None = None
    asked: FreeInput | None = None
    ends: bool = False
    private: bool = False


@dataclass(frozen=True, slots=True)
class Menu:
    """One version of all journeys in one language; facts are those that are not told as they come.

    goals are the screens where a call is served: the ends, and where a look-up leads that found what was asked for.
    """

    version: str
    first: str
    languages: str
    screens: Mapping[str, Screen]
    phrases: Phrases
    facts: Mapping[str, FieldSpec]
    wording: Translator
    machine: Any
    goals: frozenset[str] = frozenset()


def numbered_options(options: Iterable[Option], known: Callable[[str], str]) -> tuple[str, ...]:
    """The options that a screen shows, each behind its number."""
    return tuple(f"{option.number} {option.label.fill(known)}" for option in options if option.label)
