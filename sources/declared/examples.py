"""Answers the declared questions from the examples of their files: for trials of menus, which ask no administration."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from catalog.entries import Entries
from catalog.source_files import HttpSourceFile, SourceExample, http_files
from httpclient.json_client import parse_json
from settings import Settings
from sources.declared.active import BySource, alone, questions_of, route
from sources.declared.contract import Contract
from sources.declared.facts import Statuses
from sources.declared.placeholders import Values, read_answers
from state.interfaces import Outcome, Question, Source

UNKNOWN = Outcome("unknown")


def find_example(file: HttpSourceFile, values: Values) -> SourceExample | None:
    """Return the example that is asked with these answers, None if there is none."""
    return next((one for one in file.examples if read_answers(file.needs, one.ask) == values), None)


class ExampleSource:
    """A Source over the examples of one file; each answer is marked as made up."""

    def __init__(self, file: HttpSourceFile, statuses: Statuses) -> None:
        self._file, self._contract = file, Contract(file, statuses)
        self.questions: Mapping[str, Question] = {file.question: self._contract.question}

    async def ask(self, question: str, answers: Mapping[str, str]) -> Outcome:
        """Answer as the example with these answers; « unknown » if there is none. Raises SourceUnavailable."""
        values = read_answers(self._file.needs, answers)
        example = find_example(self._file, values) if values else None
        if example is None:
            return UNKNOWN
        reading = self._contract.read(example.status, parse_json(example.answer.encode()))
        return replace(self._contract.outcome(reading), sample=True)

    async def close(self) -> None:
        """Do nothing: there is nothing to close."""


def example_sources(entries: Entries, settings: Settings, registers: BySource) -> BySource:
    """Return the source of each declared question over examples; registers answer as they do in service."""
    files = entries.sources
    made = {name: ExampleSource(file, entries.statuses) for name, file in http_files(files).items()}
    answering: dict[str, Source] = {question: made[name] for question, name in alone(files, settings, registers)}
    return answering | {file.question: source for file, source in route(files, made, registers)}


class Examples:
    """A Source of every declared question over the examples of the entries in use; registers answer the others."""

    def __init__(self, entries: Callable[[], Entries], settings: Settings, registers: Source) -> None:
        self._entries, self._settings, self._registers = entries, settings, registers
        self._made_of: Entries | None = None
        self._answering: BySource = {}

    @property
    def questions(self) -> Mapping[str, Question]:
        """Return the questions of the registers and of the files."""
        return {**self._registers.questions, **questions_of(self._sources())}

    async def ask(self, question: str, answers: Mapping[str, str]) -> Outcome:
        """Answer from an example, or from the register. Raises SourceUnavailable."""
        return await self._sources().get(question, self._registers).ask(question, answers)

    async def close(self) -> None:
        """Close the registers."""
        await self._registers.close()

    def _sources(self) -> BySource:
        entries = self._entries()
        if entries is not self._made_of:
            registers = dict.fromkeys(self._registers.questions, self._registers)
            self._answering = example_sources(entries, self._settings, registers)
            self._made_of = entries
        return self._answering
