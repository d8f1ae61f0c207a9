"""What ZIN_REDIS_URL names: one server, or the primary that sentinels watch."""

from __future__ import annotations

from settings.redis_address import SENTINELS
from state.store.sentinel import WatchedPrimary
from state.store.server_link import ServerAddress, SingleServer


def address_of(url: str, seconds: float) -> ServerAddress:
    """Return the address of the server; seconds is the time to reach one of several. Raises ValueError."""
    return WatchedPrimary(url, seconds) if url.startswith(SENTINELS) else SingleServer(url)
