"""Combines all sources into one, which routes each question to its source."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol

from state.errors import SourceUnavailable
from state.interfaces import Outcome, Question, Source
from state.preferences import Preferences

if TYPE_CHECKING:
    from catalog.entries import Entries, Status
    from catalog.source_files import SourceFiles
    from state.text.translations import Wordings

HasData = Callable[[], Awaitable[bool]]


class Declared(Protocol):
    """Builds the sources that files in menus/sources declare (sources/declared/active.py)."""

    def declare(self, files: SourceFiles, statuses: Mapping[str, Status]) -> Mapping[str, Source]:
        """Use these files from now on; return the source of each question that they answer."""

    async def close(self) -> None:
        """Close the sources."""


class Sources:
    """A Source with the questions of all sources; it passes each question to the source that answers it.

    `take` is called with the new entries, languages and translations at each reload. `preferences` are the citizens'
    choices, stored in the same database. built_in are the questions of the given sources; files of the menus may
    declare others, and may answer some of these in their place. has_data says of a question whether our own tables have
    anything to find.
    """

    def __init__(
        self,
        sources: Iterable[Source],
        preferences: Preferences,
        take: Callable[[Entries, Mapping[str, str], Wordings], None] = lambda *_: None,
        declared: Declared | None = None,
        has_data: Mapping[str, HasData] = MappingProxyType({}),
    ) -> None:
        self._sources, self.preferences, self._take = tuple(sources), preferences, take
        self._declared, self._has_data = declared, has_data
        self._entries: Entries | None = None
        self._own: dict[str, Source] = {}
        for source in self._sources:
            if twice := self._own.keys() & source.questions.keys():
                raise ValueError(f"two sources answer {', '.join(sorted(twice))}")
            self._own.update(dict.fromkeys(source.questions, source))
        self.built_in: Mapping[str, Question] = _questions_of(self._own)
        self._answering, self.questions = self._own, self.built_in

    def reload(self, entries: Entries, offered: Mapping[str, str], wordings: Wordings) -> None:
        """Use these entries and translations from now on; `offered` has the name of each language by its code."""
        self._entries = entries
        self._take(entries, offered, wordings)
        self.declare(entries)

    def declare(self, entries: Entries) -> None:
        """Let the sources that the entries declare answer from now on, with the facts that they add."""
        self.built_in = self.questions = _questions_of(self._own)
        if self._declared:
            self._answering = {**self._own, **self._declared.declare(entries.sources, entries.statuses)}
            self.questions = _questions_of(self._answering)

    @property
    def entries(self) -> Entries:
        """The entries in use. Raises SourceUnavailable before the first reload."""
        if self._entries is None:
            raise SourceUnavailable("no entries were taken up yet")
        return self._entries

    def ask(self, question: str, answers: Mapping[str, str]) -> Coroutine[Any, Any, Outcome]:
        """Pass a question to its source. Raises SourceUnavailable if no source has it."""
        source = self._answering.get(question)
        if source is None:
            raise SourceUnavailable(f"no source answers {question}")
        return source.ask(question, answers)

    async def without_data(self) -> frozenset[str]:
        """Return the questions whose answers are in our own tables, where there is nothing. Raises SourceUnavailable.

        A question that a file declares has data: nobody knows what a ministry's server holds.
        """
        own = [name for name in self._has_data if self._answering.get(name) is self._own.get(name)]
        found = await asyncio.gather(*(self._has_data[name]() for name in own))
        return frozenset(name for name, has_data in zip(own, found, strict=True) if not has_data)

    async def close(self) -> None:
        """Close every source, and store what was chosen."""
        await self.preferences.close()
        for source in self._sources:
            await source.close()
        if self._declared:
            await self._declared.close()


def _questions_of(answering: Mapping[str, Source]) -> Mapping[str, Question]:
    return {name: source.questions[name] for name, source in answering.items()}
