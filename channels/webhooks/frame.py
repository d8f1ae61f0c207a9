"""The common frame of all webhooks: verify and read a request, or refuse and count it, then answer what was read.

A request comes whole from the connection (`respond`, channels/webhooks/direct_requests.py), or through the router of an
application (`handle`), which reads the body only after the channel has verified the request.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, Generic, Protocol, TypeVar

import structlog
from aiohttp import web

from channels.contracts.metrics import WebhookMetrics
from channels.contracts.peer_address import FORWARDED
from channels.contracts.webhook_request import (
    NO_ADDRESS,
    BodyRule,
    RequestAddress,
    WebhookRequest,
    WebhookResponse,
    text_response,
)
from channels.webhooks.body_reader import read_body
from state.errors import BadRequest, Unauthenticated

Read = TypeVar("Read")
Read_co = TypeVar("Read_co", covariant=True)
Services = TypeVar("Services")
Handler = Callable[[web.Request], Awaitable[web.Response]]
log = structlog.get_logger()


class RequestReader(Protocol[Read_co]):
    """The part of a channel that reads requests (channels/contracts)."""

    @property
    def name(self) -> str:
        """The channel's name in logs and metrics."""

    @property
    def path(self) -> str:
        """The path of its address, as a router writes it."""

    @property
    def body_rule(self) -> BodyRule:
        """What its requests must be."""

    def verify(self, request: WebhookRequest) -> None:
        """Raise Unauthenticated if the request does not prove our secret. Does not read the body."""

    def read(self, request: WebhookRequest) -> Read_co:
        """Parse the request. Raises BadRequest and Unauthenticated."""


class WebhookFrame(Generic[Read, Services]):
    """Handles the requests of one channel with `answer`, on the services that each request is given.

    `malformed` builds the response to a request that cannot be read, from one line that says why.
    """

    def __init__(
        self,
        reader: RequestReader[Read],
        answer: Callable[[Read, Services], Awaitable[WebhookResponse]],
        malformed: Callable[[str], WebhookResponse],
        metrics: WebhookMetrics,
    ) -> None:
        self._name, self._reader, self._answer, self._malformed = reader.name, reader, answer, malformed
        self.path, self.body_rule, self._refused = reader.path, reader.body_rule, metrics.turned_away

    def respond(self, request: WebhookRequest, services: Services) -> Awaitable[WebhookResponse]:
        """Return the answer, to be awaited, to a request with its whole body. Raises only what `answer` raises."""
        try:
            self._reader.verify(request)
            self.body_rule.require_type(request.headers)
            received = self._reader.read(request)
        except Exception as error:
            return _ready(self._refuse(error))
        return self._answer(received, services)

    async def handle(self, request: web.Request, services: Services) -> web.Response:
        """Answer a request whose body is not read yet. Raises only what `answer` raises."""
        address = _address(request) if self.body_rule.needs_address else NO_ADDRESS
        given = WebhookRequest(request.match_info.get("secret", ""), request.headers, address=address)
        try:
            self._reader.verify(given)
            given = replace(given, body=await self._body(request))
        except Exception as error:
            response = self._refuse(error)
        else:
            response = await self.respond(given, services)
        return web.Response(body=response.body, status=response.status, headers={"Content-Type": response.content_type})

    async def _body(self, request: web.Request) -> bytes:
        try:
            return await read_body(request, self.body_rule)
        except BadRequest as error:
            if self.body_rule.is_signed:
                raise Unauthenticated(str(error)) from None
            raise

    def _refuse(self, error: Exception) -> WebhookResponse:
        """Count and log a request that was not read; returns the response."""
        if isinstance(error, Unauthenticated):
            self._refused.labels(self._name, "stranger").inc()
            return text_response("forbidden\n", 403)
        if isinstance(error, BadRequest):
            self._refused.labels(self._name, "bad_request").inc()
            log.info("bad request", channel=self._name, what=str(error))
            return self._malformed(f"{error}\n")
        # our own fault, not the gateway's
        self._refused.labels(self._name, "unreadable").inc()
        log.error("request not read", channel=self._name, exc_info=error)
        return self._malformed("unreadable\n")


AnyFrame = WebhookFrame[Any, Any]


def _address(request: web.Request) -> RequestAddress:
    forwarded = tuple(request.headers.getall(FORWARDED, ()))
    return RequestAddress(request.match_info, request.rel_url.raw_query_string, request.remote or "", forwarded)


async def _ready(response: WebhookResponse) -> WebhookResponse:
    return response
