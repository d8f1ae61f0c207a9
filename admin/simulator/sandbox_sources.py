"""What a trial asks: the sources of the service, but made-up files where the answer is somebody's own."""

from __future__ import annotations

from collections.abc import Mapping

from sources import Sources
from sources.sample_files import SampleFiles
from sources.timeout import TimeLimitedSource
from state.interfaces import Outcome, Question, Source

UNAVAILABLE = Outcome("unavailable")
SAMPLE_TIMEOUT_SECONDS = 3.0  # for a sample to be made


class SandboxSources:
    """A Source that never lets a personal question through to where real people are. It closes neither source."""

    def __init__(self, service: Source, samples: Source) -> None:
        self._service, self._samples = service, TimeLimitedSource(samples, SAMPLE_TIMEOUT_SECONDS, counts=False)

    @property
    def questions(self) -> Mapping[str, Question]:
        return self._service.questions

    async def ask(self, question: str, answers: Mapping[str, str]) -> Outcome:
        if not self.questions[question].guarded:
            return await self._service.ask(question, answers)
        if question not in self._samples.questions:  # there is no sample of it: nobody's is told instead
            return UNAVAILABLE
        return await self._samples.ask(question, answers)

    async def close(self) -> None:
        """Who opened the sources closes them."""


def open_sandbox_sources(service: Sources) -> SandboxSources:
    """The sources of a trial beside those of the service."""
    return SandboxSources(service, SampleFiles(lambda: service.entries))
