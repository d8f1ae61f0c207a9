"""Heads of requests that were answered before: an equal head is not parsed again.

A gateway sends the same head with each request, but for the length of the body. aiohttp's parser reads such a head
once; what it read is stored under the bytes of the head. Equal bytes mean the same, so its limits and refusals hold for
all (docs/decisions/0012-direct-answers-to-gateways.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from aiohttp import hdrs

from channels.webhooks.frame import AnyFrame

MAX_HEADS: Final = 1024  # of one process: a few for each gateway and length of a body
MAX_HEAD_BYTES: Final = 2048
END: Final = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class RequestHead:
    """The meaning of a head: the webhook, the secret in the address, the headers, the length of the body."""

    frame: AnyFrame
    secret: str
    headers: Mapping[str, str]
    body_bytes: int


class KnownHeads:
    """The last heads of this process; the oldest is dropped for a new one."""

    def __init__(self) -> None:
        self._known: dict[bytes, RequestHead] = {}

    def find(self, request: bytes) -> tuple[RequestHead, bytes] | None:
        """Return the head and the body of these bytes, if the head is known and they are one whole request."""
        end = request.find(END) + len(END)
        head = self._known.get(request[:end])
        return (head, request[end:]) if head and end + head.body_bytes == len(request) else None

    def add(self, request: bytes, head: RequestHead) -> None:
        """Store the head of a whole request. Signed requests are left out: each has another head."""
        end = len(request) - head.body_bytes
        if end > MAX_HEAD_BYTES or head.frame.body_rule.is_signed:
            return
        if len(self._known) >= MAX_HEADS:
            del self._known[next(iter(self._known))]
        self._known[request[:end]] = head


class RequestBoundary:
    """Whether the parser of a connection stands between two requests, so that the next bytes begin one.

    Only then may a head be compared with known ones: bytes that continue a request can look like a head. A body in
    pieces is counted; after a head in pieces, chunks, or a part of a further request the place is unknown for good.
    """

    __slots__ = ("_began", "_missing", "request")

    def __init__(self) -> None:
        self._missing: int | None = 0  # bytes of the request in progress; None if unknown
        self._began = b""
        self.request = b""  # the request that was just found, if it is whole

    @property
    def is_here(self) -> bool:
        """Whether the next bytes begin a request."""
        return self._missing == 0

    def begin(self, data: bytes) -> None:
        """Take note of bytes that the parser gets."""
        missing, self._began, self.request = self._missing, b"", b""
        if missing == 0:
            self._began, self._missing = data, None if data else 0  # until the parser has found a request in them
        elif missing is not None:
            self._missing = missing - len(data) if len(data) <= missing else None

    def find(self, headers: Mapping[str, str]) -> None:
        """Take note of the headers of the only request that the parser has found in the last bytes."""
        head, length = self._began.find(END), headers.get(hdrs.CONTENT_LENGTH, "0")
        if head < 0 or hdrs.TRANSFER_ENCODING in headers:
            return
        missing = head + len(END) + int(length) - len(self._began)
        self._missing = missing if missing >= 0 else None
        self.request = self._began if missing == 0 else b""
