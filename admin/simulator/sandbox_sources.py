"""Sources of a sandbox: those of the service, but made-up files for personal questions.

What the files of the menus answer by themselves, services and centres, comes from the version that is tried.
"""

from __future__ import annotations

from collections.abc import Mapping

from settings import Settings
from sources import Sources
from sources.declared.examples import Examples
from sources.sample_files import SampleFiles
from sources.timeout import TimeLimitedSource
from state.interfaces import Outcome, Question, Source

UNAVAILABLE = Outcome("unavailable")
SAMPLE_TIMEOUT_SECONDS = 3.0  # for a sample to be made


class LayeredSources:
    """A source that answers some questions from other sources than the one below. It closes none."""

    def __init__(self, below: Source, above: Mapping[str, Source]) -> None:
        self._below, self._above = below, above
        self.questions: Mapping[str, Question] = {
            **below.questions,
            **{name: source.questions[name] for name, source in above.items()},
        }

    async def ask(self, question: str, answers: Mapping[str, str]) -> Outcome:
        """Ask the source of this question."""
        return await self._above.get(question, self._below).ask(question, answers)

    async def close(self) -> None:
        """Do nothing: the sources below are closed by their owners, and those above hold nothing."""


class SandboxSources:
    """A source that never passes a personal question to real data. It closes neither source."""

    def __init__(self, service: Source, samples: Source) -> None:
        self._service, self._samples = service, TimeLimitedSource(samples, SAMPLE_TIMEOUT_SECONDS, counts=False)

    @property
    def questions(self) -> Mapping[str, Question]:
        """Return the questions of the service."""
        return self._service.questions

    async def ask(self, question: str, answers: Mapping[str, str]) -> Outcome:
        """Ask the service a public question; answer a personal one with a sample."""
        if not self.questions[question].guarded:
            return await self._service.ask(question, answers)
        if question not in self._samples.questions:  # without a sample, no real file is shown instead
            return UNAVAILABLE
        return await self._samples.ask(question, answers)

    async def close(self) -> None:
        """Do nothing: the service closes its sources."""


def open_sandbox_sources(service: Sources, settings: Settings) -> SandboxSources:
    """Return the sources of a sandbox on top of those of the service."""
    return SandboxSources(service, Examples(lambda: service.entries, settings, SampleFiles(lambda: service.entries)))
