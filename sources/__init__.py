"""Where facts come from: every source behind one door, each within its patience."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from state.errors import SourceUnavailable
from state.interfaces import Outcome, Preferences, Question, Source

if TYPE_CHECKING:
    from catalog.entries import Entries
    from state.text.translations import Wordings


class Sources:
    """A Source that knows every question, and passes each on to the one that answers it.

    take is what takes up entries, languages and words when this does. preferences, what citizens chose, are kept in the
    same registry.
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
        """Tell of these entries, in the words of every language, from now on; offered are languages by their code."""
        self._entries = entries
        self._take(entries, offered, wordings)

    @property
    def entries(self) -> Entries:
        """What is told of now. Raises SourceUnavailable before there is anything."""
        if self._entries is None:
            raise SourceUnavailable("no entries were taken up yet")
        return self._entries

    def ask(self, question: str, answers: Mapping[str, str]) -> Coroutine[Any, Any, Outcome]:
        source = self._answering.get(question)
        if source is None:
            raise SourceUnavailable(f"no source answers {question}")
        return source.ask(question, answers)

    async def close(self) -> None:
        for source in self._sources:
            await source.close()
