"""The frame of every webhook: what it answers, counts and logs for each way in which a request is read."""

from __future__ import annotations

from typing import ClassVar

import pytest
from aiohttp.test_utils import make_mocked_request
from prometheus_client import CollectorRegistry, Counter
from structlog.testing import capture_logs

from channels.contracts.metrics import NullMetric, WebhookMetrics
from channels.contracts.webhook_request import BodyRule, WebhookRequest, WebhookResponse, text_response
from channels.webhooks.frame import WebhookFrame
from state.errors import BadRequest, StoreUnavailable, Unauthenticated
from tests.support.webhook_requests import webhook_request

REQUEST = make_mocked_request("POST", "/")
WHOLE = webhook_request()


class Reader:
    """A channel that raises these errors in `verify` and `read`, else reads the text `input`."""

    name: ClassVar[str] = "fake"
    path: ClassVar[str] = "/fake"
    body_rule: ClassVar[BodyRule] = BodyRule("", 8)

    def __init__(self, verify: Exception | None = None, read: Exception | None = None) -> None:
        self._verify, self._read, self.reads = verify, read, 0

    def verify(self, request: WebhookRequest) -> None:
        if self._verify:
            raise self._verify

    def read(self, request: WebhookRequest) -> str:
        self.reads += 1
        if self._read:
            raise self._read
        return "input"


class Frame:
    """A frame over a reader, with a counter of its own."""

    def __init__(self, reader: Reader, failure: Exception | None = None) -> None:
        self._failure, self._registry = failure, CollectorRegistry()
        refused = Counter("refused", "for the test", ["channel", "why"], registry=self._registry)
        metrics = WebhookMetrics(NullMetric(), NullMetric(), refused)
        self.frame: WebhookFrame[str, None] = WebhookFrame(reader, self._answer, self._malformed, metrics)

    async def _answer(self, text: str, _: None) -> WebhookResponse:
        if self._failure:
            raise self._failure
        return text_response(f"answer to {text}")

    def _malformed(self, why: str) -> WebhookResponse:
        return text_response(why, 422)

    def refused(self) -> dict[str, float]:
        samples = [sample for metric in self._registry.collect() for sample in metric.samples]
        return {one.labels["why"]: one.value for one in samples if one.name == "refused_total"}


async def test_request_that_is_read_is_answered() -> None:
    frame = Frame(Reader())
    assert (await frame.frame.handle(REQUEST, None)).text == "answer to input"
    assert (await frame.frame.respond(WHOLE, None)).body == b"answer to input"
    assert frame.refused() == {}


REFUSED = [  # reader, status, text, counted as, logged event
    (Reader(verify=Unauthenticated("wrong secret")), 403, "forbidden\n", "stranger", None),
    (Reader(read=Unauthenticated("wrong signature")), 403, "forbidden\n", "stranger", None),
    (Reader(read=BadRequest("no text")), 422, "no text\n", "bad_request", "bad request"),
    (Reader(verify=BadRequest("no secret")), 422, "no secret\n", "bad_request", "bad request"),
    (Reader(read=ZeroDivisionError("+2290190000001")), 422, "unreadable\n", "unreadable", "request not read"),
    (Reader(verify=RecursionError()), 422, "unreadable\n", "unreadable", "request not read"),
]


@pytest.mark.parametrize(("reader", "status", "text", "why", "event"), REFUSED)
async def test_request_is_refused_and_counted(
    reader: Reader, status: int, text: str, why: str, event: str | None
) -> None:
    frame = Frame(reader)
    with capture_logs() as lines:
        response = await frame.frame.handle(REQUEST, None)
        whole = await frame.frame.respond(WHOLE, None)
    assert (response.status, response.text) == (whole.status, whole.body.decode()) == (status, text)
    assert frame.refused() == {why: 2}
    assert [line["event"] for line in lines] == ([event] * 2 if event else [])
    assert "+2290190000001" not in str(response.text)


async def test_body_is_not_read_before_verification() -> None:
    reader = Reader(verify=Unauthenticated("wrong secret"))
    await Frame(reader).frame.handle(REQUEST, None)
    assert reader.reads == 0


async def test_failure_of_the_answer_is_not_a_refusal() -> None:
    frame = Frame(Reader(), failure=StoreUnavailable("down"))
    with pytest.raises(StoreUnavailable):
        await frame.frame.handle(REQUEST, None)
    with pytest.raises(StoreUnavailable):
        await frame.frame.respond(WHOLE, None)
    assert frame.refused() == {}
