"""A compiled menu: each screen with its texts, its inputs and its transitions, and the machine that moves sessions.

state/menu/compiler.py builds it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from state.interfaces import ChannelKind, FieldSpec, Form, Question
from state.menu.answer_patterns import AnswerPattern
from state.menu.phrases import Phrases
from state.text.language_words import NO_WORDS, LanguageWords
from state.text.pagination import Footer
from state.text.template import PluralTemplate, Template
from state.text.translations import Translator

KINDS: tuple[ChannelKind, ...] = ("ussd", "sms", "chat")
KEYS: Mapping[str, str] = MappingProxyType({"0": "back", "00": "home", "98": "more"})


@dataclass(frozen=True, slots=True)
class Option:
    """One numbered choice; label is None for a shortcut that the screen does not show.

    sends is the screen whose text is sent as a message, or the look-up whose answer is sent later. notifies is the
    look-up whose changes are announced to the citizen. needs are the facts of which one must be known. shown has the
    citizen's view of what keep stores, if that is not the label.
    """

    number: int
    label: Template | None
    trigger: str
    keep: Mapping[str, str]
    sends: str = ""
    notifies: str = ""
    needs: tuple[str, ...] = ()
    shown: Mapping[str, str] = field(default_factory=dict)

    def is_shown(self, known: frozenset[str]) -> bool:
        """True if the option is shown to a session that has these of the facts that options need."""
        return not self.needs or not known.isdisjoint(self.needs)


@dataclass(frozen=True, slots=True)
class ListOptions:
    """Options from a source: the label of a row, and the name under which the chosen row's id is stored.

    opens_alone: a single row is chosen at once, because nothing else is offered and Back does not lead here.
    """

    label: Template
    keep: str
    opens_alone: bool = False


@dataclass(frozen=True, slots=True)
class FreeInput:
    """A free answer: the name that stores it, its pattern, the text for a wrong answer, and a long example.

    A reference may have letters before its digits, and a space between them.
    """

    keep: str
    like: AnswerPattern
    hint: Template
    longest: str
    form: Form = "text"
    is_day: bool = False
    is_reference: bool = False


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen of a compiled menu; question is asked when the session enters the screen.

    lines are the options as shown, built once; None if a label needs values of the conversation. If options depend on
    facts, variants has the screen with the options for each set of known facts, and options has all.
    """

    name: str
    says: Mapping[ChannelKind, Template | PluralTemplate]
    footer: Footer
    question: Question | None = None
    options: tuple[Option, ...] = ()
    lines: tuple[str, ...] | None = ()
    rows: ListOptions | None = None
    free_input: FreeInput | None = None
    ends: bool = False
    private: bool = False
    variants: Mapping[frozenset[str], Screen] = field(default_factory=dict)
    needs: frozenset[str] = frozenset()

    def given(self, facts: Mapping[str, str]) -> Screen:
        """Return the screen with the options for these facts."""
        if not self.needs:
            return self
        return self.variants[frozenset([name for name in self.needs if facts.get(name)])]


@dataclass(frozen=True, slots=True)
class Menu:
    """One version of all journeys in one language; facts are those that need formatting or translation.

    typed are the words of all languages that citizens type beside what they ask; beside has, by journey, the words that
    stand beside an answer there.

    season is the first screen while something is in season, None otherwise. closed are the screens of the journeys that
    have nothing to look up in.

    goals are the screens where a call counts as served (state/menu/goals.py). surveys are the screens that ask, by
    journey, whether an answer helped.
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
    typed: LanguageWords = NO_WORDS
    beside: Mapping[str, frozenset[str]] = field(default_factory=dict)
    season: Screen | None = None
    closed: frozenset[str] = frozenset()
    surveys: Mapping[str, str] = field(default_factory=dict)

    def shown(self, screen: str, facts: Mapping[str, str]) -> Screen:
        """Return a screen with the options for these facts; the first screen with those of the season."""
        if self.season and screen == self.first:
            return self.season
        return self.screens[screen].given(facts)


def numbered_options(options: Iterable[Option], known: Callable[[str], str], above: int = 0) -> tuple[str, ...]:
    """Return the visible options, each with its number, below so many rows of a list."""
    return tuple(f"{above + option.number} {option.label.fill(known)}" for option in options if option.label)
