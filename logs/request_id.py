"""The id of the request that a log line, a question to a source or a message belongs to.

A request has a task of its own; its context, which later tasks inherit, holds the id that came with the request, or a
number. The id of a number is computed when something asks for it, from the number and a key of this process: so a hop
that logs nothing and sends nothing pays for a number only.
"""

from __future__ import annotations

import itertools
import os
import re
import secrets
from collections.abc import Collection, Mapping
from contextvars import ContextVar
from hashlib import blake2b
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Final

from structlog.typing import EventDict, WrappedLogger

HEADER: Final = "X-Request-Id"
MAX_CHARACTERS: Final = 64
# Hexadecimal, as nginx's $request_id, or a UUID, as HAProxy's uuid(): nothing that could hold a name or a phone number.
VALID: Final = re.compile(r"[0-9a-f]{20,64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
Networks = Collection[IPv4Network | IPv6Network]
_CURRENT: Final[ContextVar[int | str]] = ContextVar("request id", default="")
_NUMBERS: Final = itertools.count(1)
_KEY: Final = bytearray(secrets.token_bytes(16))


def _renew_key() -> None:
    """Give a forked process a key of its own, because it counts on from the same number as its siblings."""
    _KEY[:] = secrets.token_bytes(len(_KEY))


os.register_at_fork(after_in_child=_renew_key)


def begin_request(given: str = "") -> None:
    """Give the present task, and those that it starts, the id that came with the request, else one of its own."""
    _CURRENT.set(given if given and VALID.fullmatch(given) else next(_NUMBERS))


def resume_request(request_id: str) -> None:
    """Continue a request whose id was stored, in the present task; "" is none."""
    if request_id:
        begin_request(request_id)


def current_request_id() -> str:
    """Return the id of the present request, "" outside of any."""
    current = _CURRENT.get()
    if isinstance(current, str):
        return current
    return blake2b(current.to_bytes(8, "big"), key=_KEY, digest_size=16).hexdigest()


def proxied_id(headers: Mapping[str, str], peer: str, proxies: Networks) -> str:
    """Return the id that a trusted proxy at this address gave, else ""."""
    return proxied_value(HEADER, headers, peer, proxies)


def proxied_value(header: str, headers: Mapping[str, str], peer: str, proxies: Networks) -> str:
    """Return the value of a header that a trusted proxy at this address gave, else ""."""
    written = headers.get(header, "")
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
