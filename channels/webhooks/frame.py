"""The common frame of all webhooks: verify and read a request, or refuse and count it, then answer what was read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import ClassVar, Generic, Protocol, TypeVar

import structlog
from aiohttp import web

from channels.contracts.metrics import WebhookMetrics
from state.errors import BadRequest, Unauthenticated

Read = TypeVar("Read")
Read_co = TypeVar("Read_co", covariant=True)
Handler = Callable[[web.Request], Awaitable[web.Response]]
log = structlog.get_logger()


class RequestReader(Protocol[Read_co]):
    """The part of a channel that reads requests (channels/contracts)."""

    name: ClassVar[str]

    def verify(self, request: web.Request) -> None:
        """Raise Unauthenticated if the request does not prove our secret. Does not read the body."""

    async def read(self, request: web.Request) -> Read_co:
        """Parse the request. Raises BadRequest and Unauthenticated."""


class WebhookFrame(Generic[Read]):
    """Handles the requests of one channel with `answer`.

    `malformed` builds the response to a request that cannot be read, from one line that says why.
    """

    def __init__(
        self,
        reader: RequestReader[Read],
        answer: Callable[[web.Request, Read], Awaitable[web.Response]],
        malformed: Callable[[str], web.Response],
        metrics: WebhookMetrics,
    ) -> None:
        self._name, self._reader, self._answer, self._malformed = reader.name, reader, answer, malformed
        self._refused = metrics.turned_away

    async def handle(self, request: web.Request) -> web.Response:
        """Answer a request. Raises only what `answer` raises."""
        try:
            self._reader.verify(request)
            received = await self._reader.read(request)
        except Unauthenticated:
            self._refused.labels(self._name, "stranger").inc()
            return web.Response(status=403, text="forbidden\n")
        except BadRequest as error:
            self._refused.labels(self._name, "bad_request").inc()
            log.info("bad request", channel=self._name, what=str(error))
            return self._malformed(f"{error}\n")
        except Exception:  # our own fault, not the gateway's
            self._refused.labels(self._name, "unreadable").inc()
            log.exception("request not read", channel=self._name)
            return self._malformed("unreadable\n")
        return await self._answer(request, received)
