"""The check of the proxies for outgoing calls, which all programs read from the same variables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

VARIABLES: Final = ("HTTPS_PROXY", "HTTP_PROXY")


def check_outgoing_proxies(environment: Mapping[str, str]) -> None:
    """Check that each proxy is one that Zin can use. Raises ValueError, whose text repeats no password."""
    for name in VARIABLES:
        written = environment.get(name.lower()) or environment.get(name) or ""
        if written and not _is_usable(written if "://" in written else f"http://{written}"):
            raise ValueError(f"{name}: http://HOST:PORT, with USER:PASSWORD@ before it if the proxy asks, or nothing")


def _is_usable(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a bracket that nobody closes, a port beyond 65535
        return False
