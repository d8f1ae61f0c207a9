"""The declared sources in use: which file answers which question, and their HTTP sessions across reloads."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from typing import Final

from catalog.source_files import REGISTER, RoutedSourceFile, SourceFiles, http_files, routed_files
from settings import Settings
from sources.declared.credentials import Credentials
from sources.declared.facts import Statuses
from sources.declared.http_source import HttpSource
from sources.declared.routing import PrefixRouted, merge_questions
from sources.timeout import TimeLimitedSource
from sources.traced import traced_source
from state.interfaces import Question, Source

RETIRED_SECONDS: Final = 15.0  # a call may still run on a source that was replaced: longer than any may take

BySource = Mapping[str, Source]


def alone(files: SourceFiles, settings: Settings, registers: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Yield question and name of each file that answers by itself; a register answers while its address is empty."""
    routed = routed_files(files)
    behind = {name for one in routed.values() for name in one.by.prefix.values()}
    taken = {one.question for one in routed.values()}
    for name, file in http_files(files).items():
        if name in behind or file.question in taken:
            continue
        if file.question not in registers or Credentials(file, settings).server:
            yield file.question, name


def route(
    files: SourceFiles, sources: BySource, registers: BySource
) -> Iterator[tuple[RoutedSourceFile, PrefixRouted]]:
    """Yield each routing file with its source over the sources by file and Zin's own registers by question."""
    for file in routed_files(files).values():
        own = {REGISTER: registers[file.question]} if file.question in registers else {}
        known = {**sources, **own}
        branches = {prefix: known[name] for prefix, name in file.by.prefix.items() if name in known}
        questions = [one.questions[file.question] for one in branches.values() if file.question in one.questions]
        yield file, PrefixRouted(merge_questions(file.question, questions), branches)


class DeclaredSources:
    """Builds the sources of the files, and retains those whose file did not change.

    registers are Zin's own sources of the questions that a file may take over.
    """

    def __init__(self, settings: Settings, registers: BySource) -> None:
        self._settings, self._registers = settings, registers
        self._http: dict[str, HttpSource] = {}
        self._limited: dict[str, Source] = {}
        self._retired: dict[HttpSource, asyncio.Task[None] | None] = {}

    def declare(self, files: SourceFiles, statuses: Statuses) -> Mapping[str, Source]:
        """Use these files from now on; return the source of each question that they answer."""
        self._build(files, statuses)
        answering = {question: self._limited[name] for question, name in alone(files, self._settings, self._registers)}
        return answering | {file.question: source for file, source in route(files, self._limited, self._registers)}

    async def close(self) -> None:
        """Close every source, also those that were replaced."""
        tasks = [task for task in self._retired.values() if task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for source in (*self._http.values(), *self._retired):
            await source.close()

    def _build(self, files: SourceFiles, statuses: Statuses) -> None:
        before, self._http = self._http, {}
        for name, file in http_files(files).items():
            source = before.get(name)
            if source and source.file == file:
                del before[name]
                source.reload(statuses)
            else:
                source = HttpSource(name, file, self._settings, statuses)
            self._http[name] = source
        for replaced in before.values():
            self._retire(replaced)
        most = self._settings.source_seconds
        self._limited = {
            name: traced_source(TimeLimitedSource(source, min(source.file.patience_seconds, most)))
            for name, source in self._http.items()
        }

    def _retire(self, source: HttpSource) -> None:
        """Close a replaced source when the calls that it may still have are over."""
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            self._retired[source] = None
        else:
            self._retired[source] = asyncio.create_task(self._close_later(source))

    async def _close_later(self, source: HttpSource) -> None:
        await asyncio.sleep(RETIRED_SECONDS)
        await source.close()
        self._retired.pop(source, None)


def questions_of(answering: BySource) -> Mapping[str, Question]:
    """Return the questions of these sources by name."""
    return {name: source.questions[name] for name, source in answering.items()}
