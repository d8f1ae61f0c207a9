"""The deadline of a request on its connection: first for its head, then for its body, which may be a large file."""

from __future__ import annotations

from typing import Final

from aiohttp import StreamReader

HEAD_SECONDS: Final = 5.0  # from the first byte of a request, or the connection's start, to the end of the headers
BODY_SECONDS: Final = 5.0  # for the body, plus the received bytes divided by MIN_BYTES_PER_SECOND
MIN_BYTES_PER_SECOND: Final = 32 * 1024  # a file of 100 MB may take less than an hour


class RequestDeadline:
    """The deadline for the rest of one request. `now` is the time of the loop's clock in seconds."""

    __slots__ = ("_received", "_since", "body")

    def __init__(self) -> None:
        self.body: StreamReader | None = None  # of the request whose body is incomplete
        self._received, self._since = 0, 0.0

    @property
    def is_running(self) -> bool:
        """Whether the rest of a request is expected."""
        return self._since != 0.0

    @property
    def is_complete(self) -> bool:
        """Whether the body was received whole."""
        return self.body is not None and self.body.is_eof()

    def start(self, body: StreamReader | None, now: float) -> None:
        """Start the deadline of this body, or of a head if None."""
        self.body, self._received, self._since = body, 0, now

    def stop(self) -> None:
        """End the deadline: the request is complete."""
        self.body, self._since = None, 0.0

    def extend(self, received: int) -> None:
        """Give a body more time for these received bytes."""
        self._received += received

    def is_over(self, now: float) -> bool:
        """Whether the time for the head or the body is over."""
        if self.body is None:
            return now - self._since > HEAD_SECONDS
        return now - self._since > BODY_SECONDS + self._received / MIN_BYTES_PER_SECOND
