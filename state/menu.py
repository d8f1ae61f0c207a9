"""A menu ready to be served: each screen with what it says, hears and leads to, and the machine that moves sessions.

compile turns journeys that lint found sound into this; nothing of the files is read again until the next version.
Numbers follow the order of the file, but on the first screen a journey's shortcut is its number, so that a dialled
`*code*3#` and a typed 3 mean the same journey, whatever is added above it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from types import MappingProxyType
from typing import Any

from state.journeys import Journeys, moves
from state.likes import Like, like
from state.lint.written import Questions
from state.machine import build
from state.messages import ChannelKind, FactKind, Question
from state.pages import Footer
from state.screens import ChoiceScreen, EndScreen, ListScreen, LookUpScreen, Phrases, QuestionScreen, Say, ScreenFile
from state.ways import ways_back
from state.words import Template

KEYS: Mapping[str, str] = MappingProxyType({"0": "back", "00": "home", "98": "more"})


@dataclass(frozen=True, slots=True)
class Option:
    """One numbered choice; label is None for a shortcut that the screen does not show."""

    number: int
    label: Template | None
    trigger: str
    keep: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Rows:
    """Options that a source gives: how a row is told, and under which name the chosen one's id is kept."""

    label: Template
    keep: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A free answer: the name it is kept under, what reads it, what is said when it does not read."""

    keep: str
    like: Like
    hint: Template


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen of a compiled menu; question is what it asks a source on arrival, if anything.

    lines are the options as shown, made once; None where a label waits for what is known of the conversation.
    """

    name: str
    says: Mapping[ChannelKind, Template]
    footer: Footer
    question: Question | None = None
    options: tuple[Option, ...] = ()
    lines: tuple[str, ...] | None = ()
    rows: Rows | None = None
    asked: Asked | None = None
    ends: bool = False
    private: bool = False


@dataclass(frozen=True, slots=True)
class Menu:
    """One version of all journeys."""

    version: str
    first: str
    screens: Mapping[str, Screen]
    phrases: Phrases
    kinds: Mapping[str, FactKind]
    machine: Any


def compile_menu(journeys: Journeys, questions: Questions) -> Menu:
    """The menu of journeys in which lint found nothing."""
    assert journeys.phrases is not None, "lint first"
    ways, phrases = ways_back(journeys), journeys.phrases
    screens = {name: _screen(name, screen, journeys, questions) for name, screen in journeys.screens.items()}
    edges = set(_edges(journeys, ways))
    kinds = {name: fact.kind for one in questions.values() for name, fact in one.gives.items() if fact.kind != "text"}
    return Menu(
        version=journeys.version,
        first=journeys.start,
        screens=screens,
        phrases=phrases,
        kinds=kinds,
        machine=build(screens, journeys.start, sorted(edges)),
    )


def _edges(journeys: Journeys, ways: Mapping[str, frozenset[str]]) -> Iterator[tuple[str, str, str]]:
    for name, screen in journeys.screens.items():
        for trigger, to in journeys.graph[name]:
            yield trigger, name, to
        if not isinstance(screen, LookUpScreen):
            told = journeys.resolve(name.partition(".")[0], screen.back) if screen.back else None
            yield "back", name, told or next(iter(ways[name]), journeys.start)
            yield "home", name, journeys.start


def _screen(name: str, screen: ScreenFile, journeys: Journeys, questions: Questions) -> Screen:
    if isinstance(screen, LookUpScreen):
        return Screen(name, {}, Footer("", ""), question=questions[screen.look_up.question])
    phrases = journeys.phrases
    assert phrases is not None, "lint first"
    keyless = name == journeys.start or isinstance(screen, EndScreen)
    footer = Footer(f"98 {phrases.more}", "" if keyless else f"0 {phrases.back}\n00 {phrases.home}")
    parts: dict[str, Any] = {}
    match screen:
        case ChoiceScreen():
            parts["options"] = options = _options(name, screen, journeys)
            waits = any(option.label and option.label.names for option in options)
            parts["lines"] = None if waits else told(options, str)
        case ListScreen(listing=listing):
            parts["rows"] = Rows(Template.of(listing.label), listing.keep)
            parts["question"] = questions[listing.question]
        case QuestionScreen(ask=ask):
            parts["asked"] = Asked(ask.keep, like(ask.like), Template.of(ask.hint))
        case EndScreen():
            parts["ends"] = True
    return Screen(name, _says(screen.say), footer, private=screen.private, **parts)


def _options(name: str, screen: ChoiceScreen, journeys: Journeys) -> tuple[Option, ...]:
    kept = {to: number for number, to in journeys.shortcuts().items()} if name == journeys.start else {}
    free = (number for number in count(1) if number not in kept.values())
    found = []
    for choice, move in zip(screen.choices, moves(screen), strict=True):
        to = journeys.leads(name, move) or ""
        number = kept.pop(to) if to in kept else next(free)
        found.append(Option(number, Template.of(choice.label), move.trigger, choice.keep))
    hidden = (Option(number, None, f"choice {to}", {}) for to, number in kept.items())
    return tuple(sorted((*found, *hidden), key=lambda option: option.number))


def told(options: Iterable[Option], known: Callable[[str], str]) -> tuple[str, ...]:
    """The options that a screen shows, each behind its number."""
    return tuple(f"{option.number} {option.label.fill(known)}" for option in options if option.label)


def _says(say: Say) -> Mapping[ChannelKind, Template]:
    if isinstance(say, str):
        usual = Template.of(say)
        return {"ussd": usual, "sms": usual, "chat": usual}
    usual = Template.of(say.ussd or say.sms or say.chat or "")
    return {kind: Template.of(text) if (text := getattr(say, kind)) else usual for kind in ("ussd", "sms", "chat")}
