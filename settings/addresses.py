"""Addresses among the settings: how they are masked, and whether they stay on this machine."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from pydantic_core import CoreSchema, core_schema

from settings.redis_address import REDIS

ADDRESSES: Final = {
    "redis_url": REDIS,
    "database_url": ("postgresql://", "postgres://"),
    "requests_url": ("http://", "https://"),
    "at_url": ("http://", "https://"),
    "whatsapp_url": ("http://", "https://"),
    "telegram_url": ("http://", "https://"),
    "otlp_url": ("http://", "https://"),
    "smtp_url": ("smtp://", "smtps://"),
}
_PASSWORD: Final = re.compile(r"([?&](?:\w+_)?(?:password|passwd|token|key|secret)=)[^&#]*", re.IGNORECASE)


class Address(str):
    """An address that may hold a password, which its repr does not show."""

    __slots__ = ()

    @property
    def masked(self) -> str:
        """Return the address without its user name and password."""
        scheme, _, rest = self.partition("://")
        if not self:
            return ""
        _, at, host = rest.rpartition("@")  # the last one: a password may hold others
        return _PASSWORD.sub(r"\1********", f"{scheme}://{'********@' if at else ''}{host}")

    def __repr__(self) -> str:
        return repr(self.masked)

    @classmethod
    def __get_pydantic_core_schema__(cls, *_: Any) -> CoreSchema:
        return core_schema.no_info_after_validator_function(cls, core_schema.str_schema())


def has_password(address: str) -> bool:
    """Return whether an address holds a password, before its host or as a parameter."""
    user, at, _ = address.partition("://")[2].rpartition("@")
    return (bool(at) and ":" in user) or bool(_PASSWORD.search(address))


def is_local(address: str) -> bool:
    """Return whether the address leads to this machine: a socket or a loopback address; "" counts as local."""
    if not address or address.startswith("unix://"):
        return True
    try:
        parts = urlsplit(address)
        named = parts.netloc.rpartition("@")[2]
        hosts = [urlsplit(f"//{one}").hostname or "" for one in named.split(",")] if named else []
        hosts += [one for given in parse_qs(parts.query).get("host", []) for one in given.split(",")]
    except ValueError:
        return False
    socket = parts.scheme.startswith("postgres") and not any(hosts)
    return socket or (bool(hosts) and all(is_loopback(host) for host in hosts))


def is_loopback(host: str) -> bool:
    """Return whether a host name means this machine only."""
    if host == "localhost" or host.startswith("/"):
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
