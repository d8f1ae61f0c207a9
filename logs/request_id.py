"""The id of the request that a log line, a question to a source or a message belongs to.

A request has a task of its own; its context, which later tasks inherit, holds a RequestId. The id itself is made, or
taken from the request, when something first asks for it: a hop that logs nothing and sends nothing pays for one small
object.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Collection, Mapping
from contextvars import ContextVar
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Final

from structlog.typing import EventDict, WrappedLogger

HEADER: Final = "X-Request-Id"
MAX_CHARACTERS: Final = 64
# Hexadecimal, as nginx's $request_id, or a UUID, as HAProxy's uuid(): nothing that could hold a name or a phone number.
VALID: Final = re.compile(r"[0-9a-f]{20,64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
Networks = Collection[IPv4Network | IPv6Network]


class RequestId:
    """The id of one request, made when it is first asked for."""

    __slots__ = ("_given", "_id")

    def __init__(self, given: Callable[[], str] | None = None) -> None:
        """Given returns the id that came with the request, "" for none."""
        self._given, self._id = given, ""

    def __str__(self) -> str:
        """Return the id, always the same."""
        if not self._id:
            came = self._given() if self._given else ""
            self._id = came if VALID.fullmatch(came) else secrets.token_hex(16)
            self._given = None  # it may hold the whole request
        return self._id


_CURRENT: Final[ContextVar[RequestId | None]] = ContextVar("request id", default=None)


def begin_request(given: Callable[[], str] | None = None) -> None:
    """Give the present task, and those that it starts, a request id of its own."""
    _CURRENT.set(RequestId(given))


def resume_request(request_id: str) -> None:
    """Continue a request whose id was stored, in the present task; "" is none."""
    if request_id:
        begin_request(lambda: request_id)


def current_request_id() -> str:
    """Return the id of the present request, "" outside of any."""
    current = _CURRENT.get()
    return str(current) if current is not None else ""


def proxied_id(headers: Mapping[str, str], peer: str, proxies: Networks) -> str:
    """Return the id that a trusted proxy at this address gave, else ""."""
    written = headers.get(HEADER, "")
    if not written or not proxies:
        return ""
    try:
        address = ip_address(peer)
    except ValueError:  # a unix socket, or no address
        return ""
    return written if any(address in network for network in proxies) else ""


def add_request_id(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Add the request id to an event (a structlog processor, behind the one that masks long numbers)."""
    if request_id := current_request_id():
        event["request_id"] = request_id
    return event
