"""A gateway's request and our response, without an HTTP framework.

The server fills them from whatever read the request (channels/webhooks), so a channel is plain functions of values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from state.errors import BadRequest
from state.value_object import value_object

TEXT: Final = "text/plain; charset=utf-8"
NO_CONTENT: Final = "application/octet-stream"  # the type of an empty body, as aiohttp writes it


@dataclass(frozen=True, slots=True)
class RequestAddress:
    """What a request has beside its headers and body: named parts of the path, the query as written, its sender.

    peer is the network address of the connection, forwarded are the values of X-Forwarded-For.
    """

    parts: Mapping[str, str] = field(default_factory=dict, repr=False)
    query: str = field(default="", repr=False)
    peer: str = ""
    forwarded: tuple[str, ...] = ()


NO_ADDRESS: Final = RequestAddress()


@value_object
class WebhookRequest:
    """One request. secret is the one in the address, "" if the address has none; names of headers ignore case.

    body is empty until the channel has verified the rest. address is filled for channels that need it (BodyRule).
    """

    secret: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(default=b"", repr=False)
    address: RequestAddress = NO_ADDRESS


@dataclass(frozen=True, slots=True)
class BodyRule:
    """What a channel accepts as a body: the type, "" for any, other names of that type, and the number of bytes.

    With is_signed, only the whole body proves who sent it: a body that cannot be read is that of a stranger. method is
    the method of its requests; with needs_address, the channel reads more of the address than its path and secret.
    """

    content_type: str
    max_bytes: int
    is_signed: bool = False
    also: tuple[str, ...] = ()
    method: str = "POST"
    needs_address: bool = False

    @property
    def is_direct(self) -> bool:
        """Whether a connection may answer such a request without a router (channels/webhooks/direct_requests.py)."""
        return self.method == "POST" and not self.needs_address

    def require_type(self, headers: Mapping[str, str]) -> None:
        """Raise BadRequest unless the header Content-Type has the type of this rule, with any parameters."""
        written = headers.get("Content-Type", "")
        if self.content_type in ("", written):
            return
        if written.partition(";")[0].strip().lower() not in (self.content_type, *self.also):
            raise BadRequest(f"a body of {self.content_type} is needed")


@value_object
class WebhookResponse:
    """One response."""

    body: bytes = field(default=b"", repr=False)
    content_type: str = NO_CONTENT
    status: int = 200


EMPTY: Final = WebhookResponse()


def text_response(text: str, status: int = 200) -> WebhookResponse:
    """Build a response of plain text."""
    return WebhookResponse(text.encode(), TEXT, status)
