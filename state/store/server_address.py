"""What ZIN_REDIS_URL names: one server, the primary that sentinels watch, or a cluster."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from typing import Any, Protocol

from settings.redis_address import CLUSTER, SENTINELS
from state.store.cluster import ClusterPipelines
from state.store.pipeline import CommandPipeline
from state.store.sentinel import WatchedPrimary
from state.store.server_link import ServerAddress, SingleServer


class Commands(Protocol):
    """Runs commands on one server, or each on the server of a cluster that has its key."""

    is_sharded: bool

    def execute(self, *command: Any) -> Awaitable[Any]:
        """Return the reply to a command that names a key and may run twice. Raises StoreUnavailable, NoScriptError."""

    async def primaries(self) -> Sequence[CommandPipeline]:
        """Return the pipelines to all servers that have keys. Raises StoreUnavailable."""

    async def close(self) -> None:
        """Close all connections."""


def commands_at(url: str, connect_seconds: float, failover_seconds: float) -> Commands:
    """Return what runs commands at an address; the times are the store's. Raises ValueError and StoreUnavailable."""
    if url.startswith(CLUSTER):
        return ClusterPipelines(url, connect_seconds, failover_seconds)
    address: ServerAddress = WatchedPrimary(url, connect_seconds) if url.startswith(SENTINELS) else SingleServer(url)
    return CommandPipeline(address, connect_seconds, failover_seconds if address.fails_over else 0.0)
