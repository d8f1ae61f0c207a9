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


@value_object
class WebhookRequest:
    """One request. secret is the one in the address, "" if the address has none; names of headers ignore case.

    body is empty until the channel has verified the rest.
    """

    secret: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class BodyRule:
    """What a channel accepts as a body: the type, "" for any, other names of that type, and the number of bytes.

    With is_signed, only the whole body proves who sent it: a body that cannot be read is that of a stranger.
    """

    content_type: str
    max_bytes: int
    is_signed: bool = False
    also: tuple[str, ...] = ()

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
