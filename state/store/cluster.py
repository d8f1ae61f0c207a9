"""Runs commands on a cluster: each on the primary of its key's slot, and again where the cluster sends it.

execute -> the slot of the key -> the pipeline to its primary -> the reply; or a refusal, and the next try:

    MOVED          at the node that it names, which has the slot from now on; the whole map is read soon
    ASK            once at the node that it names, after ASKING: the slot is on its way there
    TRYAGAIN       at the same node: the keys of one command are on both sides while their slot moves
    CLUSTERDOWN    once the map was read: nobody has the slot, or a primary is gone and its replica not yet promoted
    NodeGone       at the primary that the map names now

The first redirections are followed at once, others after a pause that grows, until the command's time is over: some
twenty in four seconds. A command of several keys needs them in one slot (state/citizen_keys.py).
Source: https://valkey.io/topics/cluster-spec/#redirection-and-resharding
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import count
from ssl import SSLCertVerificationError
from typing import Any, Final

from redis.crc import key_slot
from redis.exceptions import AskError, AuthenticationError, ClusterDownError, MovedError, RedisError, TryAgainError
from redis.exceptions import ConnectionError as ConnectionLost

from state.errors import StoreUnavailable
from state.store.cluster_map import ClusterNodes
from state.store.cluster_routes import ClusterRoutes, NodeGone
from state.store.pipeline import CommandPipeline
from state.store.server_refusals import unavailable

AT_ONCE: Final = 4  # redirections that are followed without a pause
PAUSES: Final = (0.02, 0.05, 0.1, 0.2)  # seconds before later ones, the last before all others
ELSEWHERE: Final = (AskError, TryAgainError, ClusterDownError, NodeGone)  # MOVED is an AskError of redis-py's
SCRIPTS: Final = ("EVALSHA", "EVAL")


class ClusterPipelines:
    """A pipeline for each node of a cluster; quick and wait are in seconds, as a pipeline's."""

    is_sharded = True

    def __init__(self, url: str, quick: float, wait: float) -> None:
        self._quick, self._wait = quick, max(quick, wait)
        self._patience = self._wait  # of the commands that are sent elsewhere now
        self._routes = ClusterRoutes(ClusterNodes(url, quick), quick, wait)

    async def execute(self, *command: Any) -> Any:
        """Return the reply to a command that names a key, and that may run twice.

        Raises StoreUnavailable if the key's primary cannot be reached or refuses, NoScriptError if it does not know a
        script.
        """
        slot, began = _slot_of(command), asyncio.get_running_loop().time()
        owner, refusal = self._routes.owners[slot], None
        if owner:
            try:
                return await owner.execute(*command)
            except StoreUnavailable as failure:
                refusal = _elsewhere(failure)
        return await self._follow(slot, command, refusal, began)

    async def primaries(self) -> Sequence[CommandPipeline]:
        """Return the pipelines to all primaries, for commands that name no key. Raises StoreUnavailable."""
        try:
            await self._routes.read()
        except RedisError as failure:
            raise unavailable(failure) from failure
        return self._routes.primaries

    async def close(self) -> None:
        """Close all connections; coroutines that wait for a reply get StoreUnavailable."""
        await self._routes.close()

    async def _follow(self, slot: int, command: Sequence[Any], refusal: RedisError | None, began: float) -> Any:
        """Run a command where the cluster sends it, until its time is over."""
        try:
            async with asyncio.timeout_at(began + self._patience):
                for tries in count():
                    await asyncio.sleep(_pause(tries, refusal))
                    try:
                        reply = await self._try(slot, command, refusal)
                    except ConnectionLost as away:  # of all nodes that were asked for the map
                        refusal = away
                    except StoreUnavailable as failure:
                        refusal = _elsewhere(failure)
                    else:
                        self._patience = self._wait
                        return reply
        except TimeoutError:
            self._patience = self._quick  # as a pipeline's: later commands do not wait in vain
            last = ClusterDownError("nodes name one another") if isinstance(refusal, AskError) else refusal
            raise unavailable(last or TimeoutError()) from last

    async def _try(self, slot: int, command: Sequence[Any], refusal: RedisError | None) -> Any:
        """Run a command at the node that the refusal leads to. Raises StoreUnavailable and ConnectionLost."""
        if isinstance(refusal, MovedError):
            return await self._routes.move(slot, refusal.host, refusal.port).execute(*command)
        if isinstance(refusal, AskError):
            node = self._routes.pipeline(refusal.host, refusal.port)
            _, reply = await asyncio.gather(node.execute("ASKING"), node.execute(*command))  # side by side in one write
            return reply
        if not isinstance(refusal, TryAgainError):
            await self._read_map()
        owner = self._routes.owners[slot]
        if owner is None:
            raise unavailable(ClusterDownError("no node has the slot"))
        return await owner.execute(*command)

    async def _read_map(self) -> None:
        """Read the map. Raises ConnectionLost if it may be there later, StoreUnavailable for what nodes refuse."""
        try:
            await self._routes.read()
        except ConnectionLost as lost:  # redis-py wraps a failed sign-in and a refused certificate too
            if isinstance(lost.__cause__ or lost.__context__, (AuthenticationError, SSLCertVerificationError)):
                raise unavailable(lost) from lost
            raise
        except RedisError as refusal:
            raise unavailable(refusal) from refusal


def _slot_of(command: Sequence[Any]) -> int:
    """Return the slot of a command's first key: the second word, or the one after script and number of keys."""
    key = command[3] if command[0] in SCRIPTS else command[1]
    return key_slot(key.encode() if isinstance(key, str) else key)


def _elsewhere(failure: StoreUnavailable) -> RedisError:
    """Return the refusal that sends a command elsewhere. Raises any other failure."""
    if isinstance(failure.__cause__, ELSEWHERE):
        return failure.__cause__
    raise failure


def _pause(tries: int, refusal: RedisError | None) -> float:
    """Return the seconds before a try: none before a redirection that names a node, unless there were many."""
    if tries == 0 and not isinstance(refusal, (TryAgainError, ClusterDownError)):
        return 0.0
    if tries < AT_ONCE and isinstance(refusal, AskError):
        return 0.0
    return PAUSES[min(tries, len(PAUSES) - 1)]
