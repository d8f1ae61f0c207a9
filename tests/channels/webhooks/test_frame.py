"""The frame of every webhook: what it answers, counts and logs for each way in which a request is read."""

from __future__ import annotations

from typing import ClassVar

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request
from prometheus_client import CollectorRegistry, Counter
from structlog.testing import capture_logs

from channels.contracts.metrics import NullMetric, WebhookMetrics
from channels.webhooks.frame import WebhookFrame
from state.errors import BadRequest, StoreUnavailable, Unauthenticated

REQUEST = make_mocked_request("POST", "/")


class Reader:
    """A channel that raises these errors in `verify` and `read`, else reads the text `input`."""

    name: ClassVar[str] = "fake"

    def __init__(self, verify: Exception | None = None, read: Exception | None = None) -> None:
        self._verify, self._read, self.reads = verify, read, 0

    def verify(self, request: web.Request) -> None:
        if self._verify:
            raise self._verify

    async def read(self, request: web.Request) -> str:
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
        self.handle = WebhookFrame(reader, self._answer, self._malformed, metrics).handle

    async def _answer(self, request: web.Request, text: str) -> web.Response:
        if self._failure:
            raise self._failure
        return web.Response(text=f"answer to {text}")

    def _malformed(self, why: str) -> web.Response:
        return web.Response(status=422, text=why)

    def refused(self) -> dict[str, float]:
        samples = [sample for metric in self._registry.collect() for sample in metric.samples]
        return {one.labels["why"]: one.value for one in samples if one.name == "refused_total"}


async def test_request_that_is_read_is_answered() -> None:
    frame = Frame(Reader())
    assert (await frame.handle(REQUEST)).text == "answer to input"
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
        response = await frame.handle(REQUEST)
    assert (response.status, response.text) == (status, text)
    assert frame.refused() == {why: 1}
    assert [line["event"] for line in lines] == ([event] if event else [])
    assert "+2290190000001" not in str(response.text)


async def test_body_is_not_read_before_verification() -> None:
    reader = Reader(verify=Unauthenticated("wrong secret"))
    await Frame(reader).handle(REQUEST)
    assert reader.reads == 0


async def test_failure_of_the_answer_is_not_a_refusal() -> None:
    frame = Frame(Reader(), failure=StoreUnavailable("down"))
    with pytest.raises(StoreUnavailable):
        await frame.handle(REQUEST)
    assert frame.refused() == {}
