"""Combines all sources into one, which routes each question to its source."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from state.errors import SourceUnavailable
from state.interfaces import Outcome, Question, Source
from state.preferences import Preferences

if TYPE_CHECKING:
    from catalog.entries import Entries
    from state.text.translations import Wordings


class Sources:
    """A Source with the questions of all sources; it passes each question to the source that answers it.

    `take` is called with the new entries, languages and translations at each reload. `preferences` are the citizens'
    choices, stored in the same database.
    """

    def __init__(
        self,
        sources: Iterable[Source],
        preferences: Preferences,
        take: Callable[[Entries, Mapping[str, str], Wordings], None] = lambda *_: None,
    ) -> None:
        self._sources, self.preferences, self._take = tuple(sources), preferences, take
        self._entries: Entries | None = None
        self._answering: dict[str, Source] = {}
        self.questions: dict[str, Question] = {}
        for source in self._sources:
            if twice := self.questions.keys() & source.questions.keys():
                raise ValueError(f"two sources answer {', '.join(sorted(twice))}")
            self.questions.update(source.questions)
            self._answering.update(dict.fromkeys(source.questions, source))

    def reload(self, entries: Entries, offered: Mapping[str, str], wordings: Wordings) -> None:
        """Use these entries and translations from now on; `offered` has the name of each language by its code."""
        self._entries = entries
        self._take(entries, offered, wordings)

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

    async def close(self) -> None:
        """Close every source, and store what was chosen."""
        await self.preferences.close()
        for source in self._sources:
            await source.close()
