"""Which pipeline leads to the primary of each slot of a cluster.

A pipeline leads to one node (host and port). When its connection ends, the map is read before the next one is opened:
a node that has slots is connected again, and one that lost them fails its commands with NodeGone, so that they are sent
to the new primary (state/store/cluster.py). A pipeline to a node without slots stays, unused.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import structlog
from redis.exceptions import RedisError

from state.errors import StoreUnavailable
from state.store.cluster_map import SLOTS, ClusterMap, ClusterNodes, Node
from state.store.majority import NoAnswer
from state.store.pipeline import CommandPipeline
from state.store.server_link import Lost, Received, ServerLink, SingleServer
from state.store.server_refusals import PASSING, REDIRECTIONS

TRY_PART: Final = 0.5  # of the time to reach a server: a silent one leaves time for the one that is named next
REREAD_SECONDS: Final = 0.5  # from a moved slot to a look at the whole map: by then, other nodes know of it
log = structlog.get_logger("valkey")


class NodeGone(RedisError):
    """A node has no slots any more: a replica was promoted in its place, or its slots were moved."""


class ClusterNode:
    """The address of a node while it has slots; has_slots reads the map, seconds is the longest time to reach it."""

    pause, fails_over, passing = 0.1, True, PASSING - REDIRECTIONS

    def __init__(self, server: SingleServer, seconds: float, has_slots: Callable[[], Awaitable[bool]]) -> None:
        self._server, self._seconds, self._has_slots = server, seconds, has_slots
        self._is_known = False  # as failed or left; what was never tried was just named

    async def open(self, received: Received, lost: Lost) -> ServerLink:
        """Open a connection. Raises RedisError."""
        if self._is_known and not await self._has_slots():
            self._is_known = False  # it may be named anew
            raise NodeGone("the node has no slots any more")
        self._is_known = True
        try:
            async with asyncio.timeout(self._seconds):
                return await self._server.open(received, lost)
        except TimeoutError as late:
            raise NoAnswer("the node does not answer") from late


class ClusterRoutes:
    """The pipelines to all nodes, and the one for each slot; quick and wait are a pipeline's."""

    def __init__(self, nodes: ClusterNodes, quick: float, wait: float) -> None:
        self._nodes, self._quick, self._wait = nodes, quick, wait
        self._pipelines: dict[Node, CommandPipeline] = {}
        self._map = ClusterMap((), ())
        self.owners: list[CommandPipeline | None] = [None] * SLOTS
        self._reading: asyncio.Task[None] | None = None
        self._soon: asyncio.TimerHandle | None = None
        self._closed = False

    @property
    def primaries(self) -> list[CommandPipeline]:
        """The pipelines to all nodes that have slots."""
        return [self._pipeline(node) for node in self._map.primaries]

    async def read(self) -> None:
        """Read the map, once for all who ask at the same time. Raises RedisError."""
        if self._closed:
            raise StoreUnavailable("the store is closed")
        await asyncio.shield(self._begin_to_read())

    def move(self, slot: int, host: str, port: int) -> CommandPipeline:
        """Note the new primary of a slot, and read the whole map soon."""
        owner = self.owners[slot] = self.pipeline(host, port)
        if self._soon is None and not self._closed:
            self._soon = asyncio.get_running_loop().call_later(REREAD_SECONDS, self._begin_to_read)
        return owner

    def pipeline(self, host: str, port: int) -> CommandPipeline:
        """Return the pipeline to a node that another one named."""
        return self._pipeline(self._nodes.located(host, port))

    async def close(self) -> None:
        """Close all connections."""
        self._closed = True
        if self._soon:
            self._soon.cancel()
        for pipeline in self._pipelines.values():
            await pipeline.close()
        if self._reading:
            await asyncio.gather(self._reading, return_exceptions=True)  # it ends soon: each node has a short time

    def _begin_to_read(self) -> asyncio.Task[None]:
        self._soon = None
        if self._reading is None:
            self._reading = asyncio.create_task(self._read())
            self._reading.add_done_callback(self._was_read)
        return self._reading

    def _was_read(self, reading: asyncio.Task[None]) -> None:
        self._reading = None
        if not reading.cancelled():
            reading.exception()  # who waited has it; the next command finds it again

    async def _read(self) -> None:
        found = await self._nodes.read_map()
        owners: list[CommandPipeline | None] = [None] * SLOTS
        for first, last, node in found.ranges:
            owners[first : last + 1] = [self._pipeline(node)] * (last - first + 1)
        before, self._map, self.owners = self._map, found, owners
        if before.ranges and set(before.primaries) != set(found.primaries):
            log.info("the cluster has other primaries, sessions are read and written there")
        if found.uncovered and found.uncovered != before.uncovered:
            log.warning("the cluster does not serve all slots", missing=found.uncovered)

    def _pipeline(self, node: Node) -> CommandPipeline:
        if node not in self._pipelines:
            address = ClusterNode(self._nodes.server(node), self._quick * TRY_PART, lambda: self._has_slots(node))
            self._pipelines[node] = CommandPipeline(address, self._quick, self._wait)
        return self._pipelines[node]

    async def _has_slots(self, node: Node) -> bool:
        await self.read()
        return node in self._map.primaries
