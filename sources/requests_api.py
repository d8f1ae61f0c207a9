"""The status of a request from the ministry's HTTP API. The contract is docs/requests-api.yaml.

The citizen's input is sent in the body of a POST, because a proxy may log URLs. An answer that breaks the contract
counts as unavailable; Zin never guesses.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, Field, StringConstraints, TypeAdapter, ValidationError

from catalog.entries import Status
from catalog.normalize import answer, day, last_four_digits, normalize_code
from httpclient.json_client import JSON, CallLimits, JsonClient, NoAnswer
from settings import Settings
from sources.circuit_breaker import CircuitBreaker
from sources.requests import LONGEST_NOTE, LONGEST_SERVICE, UNKNOWN, status_question, to_outcome
from sources.single_flight import SingleFlightCache
from state.errors import SourceUnavailable
from state.interfaces import Outcome, Question

PATH: Final = "/requests/status"
MAX_BYTES: Final = 16 * 1024  # of an answer; a long one takes 1 KiB
FAILURES, REST_SECONDS = 5, 10.0
CACHE_SECONDS, MAX_CACHED = 5.0, 1000
MAX_CONNECTIONS: Final = 20


def _day(written: str) -> str:
    if day(written) != written:
        raise ValueError("not a day written YYYY-MM-DD")
    return written


class _Found(BaseModel):
    outcome: Literal["found"]
    service: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_SERVICE)]
    status: str
    updated: Annotated[str, AfterValidator(_day)]
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST_NOTE)] = ""


class _Unknown(BaseModel):
    outcome: Literal["unknown"]


ANSWER: TypeAdapter[_Found | _Unknown] = TypeAdapter(Annotated[_Found | _Unknown, Field(discriminator="outcome")])


class RequestsApi:
    """A Source over the ministry's API, with single-flight calls, a short cache and a circuit breaker."""

    def __init__(self, settings: Settings, statuses: Mapping[str, Status]) -> None:
        self._statuses = statuses
        self._url = settings.requests_url.rstrip("/") + PATH
        self._client = _new_client(settings)
        self._flight: SingleFlightCache[Outcome] = SingleFlightCache(CACHE_SECONDS, MAX_CACHED)
        self._breaker = CircuitBreaker(FAILURES, REST_SECONDS)
        question = status_question(statuses)
        self.questions: Mapping[str, Question] = {question.name: question}

    def reload(self, statuses: Mapping[str, Status]) -> None:
        """Use the texts of these statuses from now on."""
        self._statuses = statuses

    async def ask(self, question: str, answers: Mapping[str, str]) -> Outcome:
        """Ask the API about a request. Raises SourceUnavailable."""
        reference, proof = normalize_code(answer(answers, "reference")), answer(answers, "proof")
        proofs = {"phone_tail": last_four_digits(proof), "birth_date": day(proof)}
        proved = {name: value for name, value in proofs.items() if value}
        if not reference or not proved:
            return UNKNOWN
        return await self._flight.get((reference, *proofs.values()), lambda: self._call(reference, proved))

    async def close(self) -> None:
        """Cancel running calls, and close the HTTP session."""
        await self._flight.close()
        await self._client.close()

    async def _call(self, reference: str, proved: Mapping[str, str]) -> Outcome:
        with self._breaker.call():
            answer = _read(await self._post({"reference": reference, **proved}))
        if isinstance(answer, _Unknown):
            return UNKNOWN
        facts = {"service": answer.service, "updated": answer.updated, "note": answer.note}
        return to_outcome(self._statuses, answer.status, facts)

    async def _post(self, body: Mapping[str, str]) -> Mapping[str, Any]:
        try:
            response = await self._client.post(self._url, body)
        except NoAnswer as error:
            raise SourceUnavailable(f"requests API: {'no answer in time' if error.is_late else error}") from None
        if response.status != 200:
            raise SourceUnavailable(f"requests API: status {response.status}")
        if response.content_type != JSON:
            raise SourceUnavailable("requests API: an answer that is not JSON")
        if response.is_cut:
            raise SourceUnavailable("requests API: an answer that is too big")
        return response.payload


def _new_client(settings: Settings) -> JsonClient:
    headers = {"Accept": JSON}
    if token := settings.requests_token.get_secret_value():
        headers["Authorization"] = f"Bearer {token}"
    if settings.xroad_client:
        headers["X-Road-Client"] = settings.xroad_client
    # The citizen has already seen « late » by then; a late answer is cached for the next question.
    longest = settings.source_seconds + settings.connect_seconds
    limits = CallLimits(longest, settings.connect_seconds, MAX_BYTES, MAX_CONNECTIONS, only_success=True)
    return JsonClient(limits, headers)


def _read(payload: Mapping[str, Any]) -> _Found | _Unknown:
    try:
        return ANSWER.validate_python(payload)
    except ValidationError as error:  # its text quotes the answer: log only the names of the wrong fields
        wrong = sorted({".".join(map(str, one["loc"])) or "the whole" for one in error.errors(include_input=False)})
        raise SourceUnavailable(f"requests API: not as agreed: {', '.join(wrong)}") from None
