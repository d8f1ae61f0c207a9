"""The menu folder as written: one journey per file, each screen with its place, and the graph of transitions.

read_journeys returns every valid screen, also from files with invalid ones, so that lint finds all problems in one run.
The graph has full names of screens, journey.screen; lint and the compiler use it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from state.errors import Problem
from state.menu.phrases import Phrases
from state.menu.schema import (
    SHAPES,
    ChoiceScreen,
    JourneyFile,
    ListScreen,
    LookUpScreen,
    QuestionScreen,
    ScreenFile,
    kind_of,
)
from state.yaml_files.loader import Document, Where, parse, read, validate

HOME = "home"
LANGUAGE = "language"
PHRASES = "phrases"
MAX_CACHED = 512  # parsed files, about 100 KiB each
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
        choices = ((name, choice) for name, screen in self.screens.items() if isinstance(screen, ChoiceScreen)
                   for choice in screen.choices)  # fmt: skip
        return frozenset(filter(None, (self.leads_from(name, choice.send) for name, choice in choices)))

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
    match screen:
        case ChoiceScreen():
            for place, choice in enumerate(screen.choices):
                yield Move(f"choice {choice.to}", choice.to, ("choices", place, "to"))
        case ListScreen(listing=listing):
            yield Move("choice", listing.to, ("list", "to"))
            for trigger, to in zip(OUTCOMES_OF_A_LIST, (listing.empty, listing.late, listing.unavailable), strict=True):
                yield Move(trigger, to, ("list", "empty" if trigger == "unknown" else trigger))
        case QuestionScreen(ask=ask):
            yield Move("answer", ask.to, ("ask", "to"))
        case LookUpScreen(look_up=look_up):
            for outcome, to in look_up.outcomes.items():
                yield Move(outcome, to, ("look_up", outcome))


def read_journeys(folder: Path) -> Journeys:
    """Read every journey of a folder, its phrases, and a version that depends only on the contents of the files."""
    files, unread, problems, phrases, digest = {}, set(), [], None, hashlib.blake2b(digest_size=6)
    phrased = Document(str(folder / f"{PHRASES}.yaml"))
    for path in sorted(folder.glob("*.yaml")):
        raw, document, content = _read(path)
        digest.update(path.name.encode() + b"\0" + raw + b"\0")
        problems += document.problems
        if path.stem == PHRASES and document.data is not None:
            phrases, phrased = content if isinstance(content, Phrases) else None, document
        elif isinstance(content, Journey):
            files[path.stem] = content
        else:
            unread.add(path.stem)
    for needed in (PHRASES, HOME, LANGUAGE):
        if not (folder / f"{needed}.yaml").exists():
            problems.append(Problem(str(folder / f"{needed}.yaml"), 1, 1, "ce fichier manque"))
    return Journeys(files, frozenset(unread), phrases, phrased, digest.hexdigest(), tuple(problems))


def _read(path: Path) -> tuple[bytes, Document, Journey | Phrases | None]:
    try:
        raw = path.read_bytes()
    except OSError:
        return b"", read(path), None
    return raw, *_parsed(str(path), raw)


@lru_cache(maxsize=MAX_CACHED)
def _parsed(file: str, raw: bytes) -> tuple[Document, Journey | Phrases | None]:
    """Parse a file, at most once per content; the document must not be changed."""
    document = parse(raw, file)
    if document.data is None:
        return document, None
    return document, validate(document, document.data, Phrases) if Path(file).stem == PHRASES else journey_of(document)


def journey_of(document: Document) -> Journey:
    """Return the journey of a file with its valid screens; problems are in the document."""
    whole = validate(document, document.data, JourneyFile)
    written: Mapping[str, Any] = document.data if isinstance(document.data, dict) else {}
    screens: Mapping[str, ScreenFile] = whole.screens if whole else _salvaged(written.get("screens"))
    screens_written = written.get("screens")
    every = frozenset(screens_written) if isinstance(screens_written, dict) else frozenset()
    return Journey(
        name=Path(document.file).stem,
        document=document,
        title=whole.title if whole else "",
        shortcut=whole.shortcut if whole else None,
        words={word: answers or {} for word, answers in whole.words.items()} if whole else {},
        first=str(written.get("first", "")),
        senses=whole.senses if whole else {},
        screens=screens,
        unread=every - screens.keys(),
    )


def _salvaged(written: Any) -> dict[str, ScreenFile]:
    """Return the valid screens of a file that is invalid as a whole."""
    found: dict[str, ScreenFile] = {}
    for name, screen in written.items() if isinstance(written, dict) else ():
        try:
            found[name] = SHAPES[kind_of(screen)].model_validate(screen)
        except ValidationError:
            continue  # reported already, with the whole file
    return found
