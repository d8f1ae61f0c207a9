"""The map of a cluster: the primary of each slot, as most nodes know it, and the nodes that can be asked.

CLUSTER SLOTS: https://valkey.io/commands/cluster-slots/. All nodes in the address and in the last map are asked at
once, each with a short time of its own. A map may be old for a moment; the node that it names then says so (MOVED).
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any, Final

from redis.crc import REDIS_CLUSTER_HASH_SLOTS
from redis.exceptions import ConnectionError as ConnectionLost

from settings.redis_address import split_cluster
from state.store.majority import NoAnswer, majority
from state.store.server_link import SingleServer, ask

SLOTS: Final = REDIS_CLUSTER_HASH_SLOTS
LEAST_SECONDS: Final = 0.5  # for a node's answer, sign-in included
NODE_PART: Final = 0.5  # of the time to reach a server, for the same: what is longer
MAX_ASKED: Final = 16  # nodes at once
UNKNOWN: Final = ("", "?")  # a host that a node does not know, or shall not name
Node = tuple[str, int]  # host and port


class NoSlots(ConnectionLost):
    """A node answers, and knows no primary of any slot: the cluster is not formed yet, or the node left it."""


@dataclass(frozen=True, slots=True)
class ClusterMap:
    """First and last slot of each range with its primary; and all nodes, replicas too."""

    ranges: tuple[tuple[int, int, Node], ...]
    nodes: tuple[Node, ...] = field(compare=False)

    @property
    def primaries(self) -> list[Node]:
        """The nodes that have slots, each once."""
        return list(dict.fromkeys(node for _, _, node in self.ranges))

    @property
    def uncovered(self) -> int:
        """How many slots have no primary."""
        return SLOTS - sum(last - first + 1 for first, last, _ in self.ranges)


class ClusterNodes:
    """The nodes of the cluster at an address; quick is the time to reach a server, in seconds."""

    def __init__(self, url: str, quick: float) -> None:
        self._address, self._seconds = split_cluster(url), max(LEAST_SECONDS, quick * NODE_PART)
        self._known: tuple[Node, ...] = ()
        self.server(self._address.nodes[0])  # an unknown option is reported now

    def server(self, node: Node) -> SingleServer:
        """Return the address of a node. Raises StoreUnavailable for an option that redis-py lacks."""
        return SingleServer(self._address.server(*node))

    def located(self, host: str, port: int) -> Node:
        """Return the node that another one named; nodes that name no host are all where the address leads."""
        return (self._address.nodes[0][0] if host in UNKNOWN else host), port

    async def read_map(self) -> ClusterMap:
        """Return the map that most nodes have. Raises RedisError."""
        asked = list(dict.fromkeys((*self._address.nodes, *self._known)))[:MAX_ASKED]
        found = await majority(self._ask(node) for node in asked)
        self._known = found.nodes
        return found

    async def _ask(self, node: Node) -> ClusterMap:
        """Return the map of one node. Raises RedisError."""
        try:
            async with asyncio.timeout(self._seconds):
                connection = await self.server(node).connect()
                try:
                    ranges = await ask(connection, "CLUSTER", "SLOTS")
                finally:
                    connection._close()
        except TimeoutError as late:
            raise NoAnswer("no answer") from late
        if not ranges:
            raise NoSlots("the node knows no slots")
        servers = [[_named(one, node) for one in found[2:]] for found in ranges]
        known = ((found[0], found[1], named[0]) for found, named in zip(ranges, servers, strict=True))
        return ClusterMap(tuple(sorted(known)), tuple(dict.fromkeys(one for named in servers for one in named)))


def _named(server: list[Any], asked: Node) -> Node:
    """Return host and port of a server in an answer, whose host may be missing, but not its address beside it."""
    host = (server[0] or b"").decode()
    if host == "?":
        words = server[3] if len(server) > 3 else []
        host = dict(zip(words[::2], words[1::2], strict=True)).get(b"ip", b"").decode()
    return host or asked[0], server[1]
