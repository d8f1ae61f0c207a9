"""The contract of a USSD channel, and the checks of a request that all channels share.

A request passes verify (is it the gateway?), then read (what did the citizen send?); write builds the response. A
channel knows no HTTP framework and waits for nothing (channels/contracts/webhook_request.py).
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Sequence
from typing import Any, Final, Protocol

from channels.contracts.webhook_request import BodyRule, WebhookRequest, WebhookResponse
from database.column_limits import max_length
from database.tables import preferences
from state.errors import BadRequest, Unauthenticated
from state.interfaces import MAX_TEXT, Inbound, Reply, ScreenSize, SessionEnd

SESSION: Final = re.compile(rf"[!-~]{{1,{max_length(preferences.c.call)}}}")
MAX_WHOLE: Final = 2.0**53  # above, a float has lost digits
CODE: Final = re.compile(r"[*#0-9]{1,32}")


class Channel(Protocol):
    """Converts one gateway's requests into inputs, and replies into its responses.

    tests/contracts/test_channels.py is the full contract. name is also the name of the table of real requests there.
    room is the size of one screen, without the characters that the gateway adds. body_rule is what a body must be.
    """

    @property
    def name(self) -> str:
        """The channel's name in stored sessions, logs and metrics."""

    @property
    def path(self) -> str:
        """The path of its address, as a router writes it."""

    @property
    def room(self) -> ScreenSize:
        """The size of one screen or answer."""

    @property
    def body_rule(self) -> BodyRule:
        """What its requests must be."""

    def verify(self, request: WebhookRequest) -> None:
        """Raise Unauthenticated if the request does not prove our secret. Does not read the body."""

    def read(self, request: WebhookRequest) -> Inbound | SessionEnd:
        """Parse the request. Raises BadRequest, and Unauthenticated for a service code that is not ours."""

    def write(self, inbound: Inbound, reply: Reply) -> WebhookResponse:
        """Build the response that shows a reply."""

    def acknowledge(self) -> WebhookResponse:
        """Build the response to a SessionEnd."""


def require_secret(request: WebhookRequest, secrets: Sequence[bytes]) -> None:
    """Raise Unauthenticated unless the address holds one of our secrets."""
    if not is_one_of(request.secret.encode("utf-8", "surrogatepass"), secrets):
        raise Unauthenticated("wrong secret in the address")


def is_one_of(given: bytes, secrets: Sequence[bytes]) -> bool:
    """Whether this is one of the secrets. Takes the same time whichever matches, and wherever it differs."""
    found = False
    for secret in secrets:
        found |= bool(secret) & hmac.compare_digest(given, secret)
    return found


def validate_ids(session: str, code: str, ours: str) -> None:
    """Raise BadRequest for a malformed session id or service code, Unauthenticated for a code that is not ours.

    Gateways write *384*229#, *384*229 and 384*229 for the same code. ours is "" if any code is served.
    """
    if not SESSION.fullmatch(session):
        raise BadRequest("impossible session id")
    if not CODE.fullmatch(code):
        raise BadRequest("impossible service code")
    if ours and bare(code) != bare(ours):
        raise Unauthenticated("another service code")


def scalar(value: Any) -> str:
    """A JSON string or whole number as text; "" for any other value.

    Some serializers write 1 as 1.0. str() of deep nesting could exhaust the stack.
    """
    if isinstance(value, float) and value.is_integer() and abs(value) <= MAX_WHOLE:
        value = int(value)
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def cut(text: str) -> str:
    """Strip a message and cut it to MAX_TEXT characters."""
    return text.strip()[:MAX_TEXT]


def single_line(text: object, max_length: int) -> str:
    """A gateway's text in one line of at most `max_length` characters that a terminal can print."""
    return " ".join(str(text).encode("utf-8", "replace").decode().split())[:max_length]


def bare(code: str) -> str:
    """A service code without the `*` and `#` around it."""
    return code.strip("*#")
