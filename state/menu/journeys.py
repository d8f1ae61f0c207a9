"""The journeys of a menu folder as written: each screen with its place, and the graph of transitions.

The graph has full names of screens, journey.screen; lint and the compiler use it. state/menu/journey_files.py reads
them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from state.errors import Problem
from state.menu.phrases import Phrases
from state.menu.schema import ListScreen, LookUpScreen, QuestionScreen, ScreenFile, choices_of
from state.yaml_files.loader import Document, Where

HOME = "home"
LANGUAGE = "language"
PHRASES = "phrases"
OUTCOMES_OF_A_LIST = ("unknown", "late", "unavailable")


class Move(NamedTuple):
    """A transition: its trigger, its target as written, and its place in the file."""

    trigger: str
    to: str
    where: Where


@dataclass(frozen=True)
class Journey:
    """One menu file: its head and its valid screens."""

    name: str
    document: Document
    title: str
    shortcut: str | None
    words: Mapping[str, Mapping[str, str]]
    beside: frozenset[str]
    alone: str
    survey: str
    first: str
    senses: Mapping[str, str]
    screens: Mapping[str, ScreenFile]
    unread: frozenset[str]

    def problem(self, where: Where, what: str) -> Problem:
        """Return a problem at this place of the file."""
        return self.document.problem_at(where, what)


@dataclass(frozen=True)
class Journeys:
    """A menu folder as written, with the problems found while reading it."""

    files: Mapping[str, Journey]
    unread: frozenset[str]
    phrases: Phrases | None
    phrases_document: Document
    version: str
    problems: tuple[Problem, ...]

    @cached_property
    def screens(self) -> Mapping[str, ScreenFile]:
        """The valid screens of all journeys by full name."""
        return {f"{journey.name}.{name}": screen for journey in self.files.values()
                for name, screen in journey.screens.items()}  # fmt: skip

    @cached_property
    def start(self) -> str:
        """The first screen of home.yaml, "" if there is none."""
        return self.resolve(HOME, HOME) or ""

    @cached_property
    def languages(self) -> str:
        """The screen on which a citizen chooses a language."""
        return self.resolve(LANGUAGE, LANGUAGE) or ""

    @cached_property
    def graph(self) -> Mapping[str, tuple[tuple[str, str], ...]]:
        """Screen -> (trigger, screen) for every transition; shortcuts are transitions of the first screen."""
        found = {name: tuple((move.trigger, to) for move in moves(screen) if (to := self.leads(name, move)))
                 for name, screen in self.screens.items()}  # fmt: skip
        if self.start in found:
            found[self.start] += tuple((f"choice {to}", to) for to in self.shortcuts().values())
        return found

    @cached_property
    def sent(self) -> frozenset[str]:
        """The screens whose text an option sends as a message."""
        choices = ((name, choice) for name, screen in self.screens.items() for choice in choices_of(screen))
        return frozenset(filter(None, (self.leads_from(name, choice.send) for name, choice in choices)))

    @cached_property
    def surveys(self) -> Mapping[str, str]:
        """Journey -> the screen that asks, after an answer of it, whether it helped."""
        asking = ((name, self.resolve(name, journey.survey)) for name, journey in self.files.items() if journey.survey)
        return {name: to for name, to in asking if to}

    def shortcuts(self) -> Mapping[int, str]:
        """Return number on the first screen -> first screen of the journey with that shortcut."""
        return {int(journey.shortcut): to for journey in self.files.values()
                if journey.shortcut and (to := self.resolve(journey.name, journey.first))}  # fmt: skip

    def leads(self, screen: str, move: Move) -> str | None:
        """Return the full name of a transition's target, None if it does not exist."""
        return self.resolve(screen.partition(".")[0], move.to)

    def leads_from(self, screen: str, to: str | None) -> str:
        """Return the full name of a screen that another screen names, "" for none."""
        return (self.resolve(screen.partition(".")[0], to) or "") if to else ""

    def resolve(self, journey: str, to: str) -> str | None:
        """Return the full name of `to` in this journey: one of its screens, journey.screen, or another journey."""
        if "." in to:
            return to if to in self.screens else None
        if f"{journey}.{to}" in self.screens:
            return f"{journey}.{to}"
        other = self.files.get(to)
        first = f"{to}.{other.first}" if other else ""
        return first if first in self.screens else None

    def known(self, journey: str) -> Iterator[str]:
        """Yield every name that may follow `to:` in this journey, invalid screens included."""
        yield from self.files
        yield from self.unread
        for other in self.files.values():
            for name in (*other.screens, *other.unread):
                yield name if other.name == journey else f"{other.name}.{name}"


def moves(screen: ScreenFile) -> Iterator[Move]:
    """Yield the transitions of a screen as written; the compiler adds home and back."""
    for place, choice in enumerate(choices_of(screen)):
        yield Move(f"choice {choice.to}", choice.to, ("choices", place, "to"))
    match screen:
        case ListScreen(listing=listing):
            yield Move("choice", listing.to, ("list", "to"))
            for trigger, to in zip(OUTCOMES_OF_A_LIST, (listing.empty, listing.late, listing.unavailable), strict=True):
                yield Move(trigger, to, ("list", "empty" if trigger == "unknown" else trigger))
        case QuestionScreen(ask=ask):
            yield Move("answer", ask.to, ("ask", "to"))
        case LookUpScreen(look_up=look_up):
            for outcome, to in look_up.outcomes.items():
                yield Move(outcome, to, ("look_up", outcome))
