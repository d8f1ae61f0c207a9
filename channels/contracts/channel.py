"""What a channel is, and what all channels ask of a request before they believe it.

A request comes in through verify (is it the gateway?), then read (what did the citizen send?); the reply goes out
through write. Nothing of the body is read before the sender is known, and never more than a few kilobytes of it.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Sequence
from typing import Any, ClassVar, Final, Protocol

from aiohttp import StreamReader, web
from yarl import query_to_pairs

from database.column_limits import max_length
from database.tables import preferences
from state.errors import BadRequest, Unauthenticated
from state.interfaces import MAX_TEXT, Inbound, Reply, ScreenSize, SessionEnd

MOST_BYTES: Final = 8192  # the longest USSD session's inputs, percent-encoded, take half of it
MOST_FIELDS: Final = 32
FORM: Final = "application/x-www-form-urlencoded"
JSON: Final = "application/json"

# What reading a body raises when it came broken, too slowly (channels/webhooks/connections.py), or not to its end.
BROKEN: Final = (web.RequestPayloadError, ConnectionError)

SESSION: Final = re.compile(rf"[!-~]{{1,{max_length(preferences.c.call)}}}")
CODE: Final = re.compile(r"[*#0-9]{1,32}")


class Channel(Protocol):
    """Speaks one gateway's language on one side and ours on the other.

    tests/contracts/test_channels.py is the full contract. name is also that of its table of real requests there; room
    is that of one screen, less what the gateway adds.
    """

    name: ClassVar[str]
    path: ClassVar[str]
    room: ClassVar[ScreenSize]

    def verify(self, request: web.Request) -> None:
        """Raises Stranger, before anything of the body is read, for whoever does not know our secret."""

    async def read(self, request: web.Request) -> Inbound | SessionEnd:
        """What the gateway says. Raises BadRequest, and Stranger for a service code that is not ours."""

    def write(self, inbound: Inbound, reply: Reply) -> web.Response: ...

    def acknowledge(self) -> web.Response:
        """The answer to a SessionEnd."""


def require_secret(request: web.Request, secrets: Sequence[bytes]) -> None:
    """Raises Stranger unless the address holds one of our secrets."""
    if not is_one_of(request.match_info["secret"].encode("utf-8", "surrogatepass"), secrets):
        raise Unauthenticated("wrong secret in the address")


def is_one_of(given: bytes, secrets: Sequence[bytes]) -> bool:
    """Whether this is one of the secrets in force. Takes equally long whichever it is, and wherever it differs."""
    found = False
    for secret in secrets:
        found |= bool(secret) & hmac.compare_digest(given, secret)
    return found


async def body(request: web.Request, content_type: str) -> bytes:
    """The whole body. Raises BadRequest if it is of another type, too long or broken."""
    if request.content_type != content_type:
        raise BadRequest(f"a body of {content_type} is needed")
    if (request.content_length or 0) > MOST_BYTES:
        raise BadRequest(f"more than {MOST_BYTES} bytes")
    try:
        whole = await request.read()  # the application reads no more than this either: server.build
    except web.HTTPRequestEntityTooLarge:
        raise BadRequest(f"more than {MOST_BYTES} bytes") from None
    except BROKEN:
        raise BadRequest("broken body") from None
    return whole


async def form(request: web.Request) -> dict[str, str]:
    """The fields of a form, each given once. What is no UTF-8 becomes U+FFFD. Raises BadRequest.

    3 microseconds quicker than aiohttp's request.post(), which cannot bear bytes that are no UTF-8.
    """
    raw = await body(request, FORM)
    try:
        pairs = query_to_pairs(raw.decode("utf-8", "replace"), max_fields=MOST_FIELDS)
    except ValueError:
        raise BadRequest(f"more than {MOST_FIELDS} fields") from None
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise BadRequest("a field is given twice")
    return fields


def validate_ids(session: str, code: str, ours: str) -> None:
    """Raises BadRequest for a session id or service code that cannot be one, Stranger for a code that is not ours.

    Gateways write *384*229#, *384*229 and 384*229 for the same code. ours is "" where any code is served.
    """
    if not SESSION.fullmatch(session):
        raise BadRequest("impossible session id")
    if not CODE.fullmatch(code):
        raise BadRequest("impossible service code")
    if ours and bare(code) != bare(ours):
        raise Unauthenticated("another service code")


def scalar(value: Any) -> str:
    """A text or a whole number of JSON as text; "" for all else, whose str() may be deeper than the stack."""
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def cut(text: str) -> str:
    """A message as it is let in: without the blanks around it, and no longer than anybody can mean it to be."""
    return text.strip()[:MAX_TEXT]


def bare(code: str) -> str:
    """A service code without what is around its numbers."""
    return code.strip("*#")


async def read_limited(stream: StreamReader, most: int) -> bytes | None:
    """All that comes, None for more than so many bytes; piece by piece, whatever bound the application has.

    Raises BadRequest for a broken body.
    """
    whole = bytearray()
    try:
        async for piece in stream.iter_any():
            whole += piece
            if len(whole) > most:
                return None
    except BROKEN:
        raise BadRequest("broken body") from None
    return bytes(whole)
