"""A source that asks the HTTP API of one administration, as a file in menus/sources declares it.

Identical questions at the same time are one call; an answer is cached for a few seconds; after several failures in a
row nothing is asked for a while. An answer that the file does not describe counts as a failure: Zin never guesses.
"""

from __future__ import annotations

from collections.abc import Mapping
from ssl import SSLContext
from typing import Final

from catalog.source_files import HttpSourceFile
from httpclient.failures import NoAnswer
from httpclient.json_client import Answer, Call, CallLimits, JsonClient, is_json
from logs.request_id import HEADER, current_request_id
from settings import Settings
from sources.circuit_breaker import CircuitBreaker
from sources.declared.contract import Contract
from sources.declared.credentials import Credentials
from sources.declared.facts import Statuses
from sources.declared.placeholders import fill_request, read_answers
from sources.single_flight import SingleFlightCache
from state.errors import SourceUnavailable
from state.interfaces import Outcome, Question
from tracing.traceparent import HEADER as TRACEPARENT
from tracing.traceparent import current_traceparent

MAX_BYTES: Final = 16 * 1024  # of an answer; a long one takes 1 KiB
MAX_CACHED: Final = 1000
MAX_CONNECTIONS: Final = 20
UNKNOWN: Final = Outcome("unknown")


class HttpSource:
    """A Source over the API that a file declares; name is the file's, for the log."""

    def __init__(self, name: str, file: HttpSourceFile, settings: Settings, statuses: Statuses) -> None:
        self.name, self.file = name, file
        self.contract, self.credentials = Contract(file, statuses), Credentials(file, settings)
        # The citizen has already seen « late » by then; a late answer is cached for the next question.
        longest = min(file.patience_seconds, settings.source_seconds) + settings.connect_seconds
        read = self.contract.statuses
        self._client = JsonClient(CallLimits(longest, settings.connect_seconds, MAX_BYTES, MAX_CONNECTIONS, read))
        self._flight: SingleFlightCache[Outcome] = SingleFlightCache(file.cache_seconds, MAX_CACHED)
        self._breaker = CircuitBreaker(file.breaker.failures, file.breaker.rest_seconds)
        self.questions: Mapping[str, Question] = {file.question: self.contract.question}

    def reload(self, statuses: Statuses) -> None:
        """Use the texts of these statuses from now on."""
        self.contract = Contract(self.file, statuses)
        self.questions = {self.file.question: self.contract.question}

    async def ask(self, question: str, answers: Mapping[str, str]) -> Outcome:
        """Ask the API. Raises SourceUnavailable."""
        values = read_answers(self.file.needs, answers)
        if values is None:
            return UNKNOWN
        try:
            call = fill_request(self.file, self._server(), values)
            if call is None:
                return UNKNOWN
            return await self._flight.get(tuple(values.values()), lambda: self._call(call))
        except SourceUnavailable as error:
            raise SourceUnavailable(f"{self.name}: {error}") from None

    async def close(self) -> None:
        """Cancel running calls, and close the HTTP session."""
        await self._flight.close()
        await self._client.close()

    def _server(self) -> str:
        server = self.credentials.server
        if not server:
            raise SourceUnavailable(f"{self.file.request.server} is empty")
        if not self.credentials.is_allowed:
            raise SourceUnavailable("a demonstration with the secret `demo` asks no real system")
        return server

    async def _call(self, call: Call) -> Outcome:
        headers, tls = {**_named_request(), **self.credentials.headers()}, self.credentials.tls()
        with self._breaker.call():
            answer = self._checked(await self._send(call, headers, tls))
            reading = self.contract.read(answer.status, answer.value)
        return self.contract.outcome(reading)  # a word without a text is a fault of one record, not of the API

    async def _send(self, call: Call, headers: Mapping[str, str], tls: SSLContext | None) -> Answer:
        try:
            return await self._client.send(call, headers, tls)
        except NoAnswer as error:
            raise SourceUnavailable("no answer in time" if error.is_late else str(error)) from None

    def _checked(self, answer: Answer) -> Answer:
        """Return an answer whose body was read whole. Raises SourceUnavailable."""
        if answer.status not in self.contract.statuses:
            raise SourceUnavailable(f"status {answer.status}")
        if not is_json(answer.content_type) and self.contract.needs_body(answer.status):
            raise SourceUnavailable("an answer that is not JSON")
        if answer.is_cut:
            raise SourceUnavailable("an answer that is too big")
        return answer


def _named_request() -> dict[str, str]:
    """The headers that let the administration find a hop's question in its log, and go on with its trace."""
    request_id, step = current_request_id(), current_traceparent()
    return ({HEADER: request_id} if request_id else {}) | ({TRACEPARENT: str(step)} if step else {})
