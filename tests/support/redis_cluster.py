"""A cluster of the tests on this machine: primaries, a replica of each, and a node without slots to move some to.

`with running_cluster(folder) as cluster:` starts it; `cluster.url` is the value of ZIN_REDIS_URL.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from redis.crc import REDIS_CLUSTER_HASH_SLOTS, key_slot

from tests.support.patience import PATIENCE
from tests.support.redis_process import HOST, VALKEY, Kind, RedisProcess, free_ports

PRIMARIES: Final = 3
NODE_TIMEOUT: Final = 3000  # milliseconds without an answer until the nodes take another for dead
BATCH: Final = 100  # keys in one step of a migration


class Cluster:
    """Three primaries, their replicas, and one node more, which has no slots at first."""

    def __init__(
        self, folder: Path, kind: Kind = VALKEY, scheme: str = "redis+cluster", node_timeout: int = NODE_TIMEOUT
    ) -> None:
        self._scheme = scheme
        rules = ("cluster-enabled yes", f"cluster-node-timeout {node_timeout}", "cluster-replica-validity-factor 0")
        encrypted = ("tls-cluster yes",) if kind.certificates else ()
        self.nodes = [
            RedisProcess(folder / f"node{port}", port, *rules, *encrypted, *kind.lines, kind=kind)
            for port in free_ports(2 * PRIMARIES + 1)
        ]
        self.spare = self.nodes[-1]

    @property
    def url(self) -> str:
        """The value of ZIN_REDIS_URL, with three of the nodes."""
        return f"{self._scheme}://{','.join(one.address for one in self.nodes[:PRIMARIES])}/"

    def start(self) -> None:
        """Start all nodes, share the slots out, and wait until every node knows all of it."""
        for epoch, node in enumerate(self.nodes, 1):
            node.start()
            node.ask("CLUSTER", "SET-CONFIG-EPOCH", epoch)
        for number, node in enumerate(self.nodes[:PRIMARIES]):
            first, after = (REDIS_CLUSTER_HASH_SLOTS * place // PRIMARIES for place in (number, number + 1))
            node.ask("CLUSTER", "ADDSLOTSRANGE", first, after - 1)
        for node in self.nodes[1:]:
            self.nodes[0].ask("CLUSTER", "MEET", HOST, node.port)
        for node in self.nodes:
            node.wait_until(lambda node=node: len(_lines(node)) == len(self.nodes), "other nodes")
        for primary, replica in zip(self.nodes[:PRIMARIES], self.nodes[PRIMARIES:], strict=False):
            follow = ("CLUSTER", "REPLICATE", self.id_of(primary))
            replica.wait_until(lambda node=replica, follow=follow: node.ask(*follow) == b"OK", "primary to follow")
        self.wait_until_whole(2 * PRIMARIES)

    def wait_until_whole(self, many: int) -> None:
        """Wait until every node that runs serves all slots, and names so many primaries and replicas of slots."""
        for node in self.running:

            def knows(node: RedisProcess = node) -> bool:
                named = {(one[0], one[1]) for found in node.ask("CLUSTER", "SLOTS") for one in found[2:]}
                return b"cluster_state:ok" in node.ask("CLUSTER", "INFO") and len(named) == many

            node.wait_until(knows, "whole cluster")

    @property
    def running(self) -> list[RedisProcess]:
        """The nodes that were not killed."""
        return [node for node in self.nodes if node.is_running]

    @property
    def primaries(self) -> list[RedisProcess]:
        """The nodes that say that they are primaries, the one without slots too."""
        return [node for node in self.running if node.ask("ROLE")[0] == b"master"]

    def id_of(self, node: RedisProcess) -> str:
        """The name of a node in its cluster."""
        return str(node.ask("CLUSTER", "MYID").decode())

    def owner_of(self, slot: int) -> RedisProcess:
        """The primary that serves a slot and says so itself."""
        owners = [node for node in self.primaries if _serves(node, slot)]
        assert owners, f"no primary serves slot {slot}"
        return owners[0]

    def life(self, key: str) -> float:
        """The seconds until this key is forgotten."""
        return float(self.owner_of(key_slot(key.encode())).ask("PTTL", key)) / 1000

    def empty(self) -> None:
        """Forget every key."""
        for node in self.primaries:
            node.ask("FLUSHALL")

    def move_by_keys(self, slot: int, target: RedisProcess) -> None:
        """Move a slot with its keys, in the steps of `--cluster reshard`."""
        primaries = self.primaries
        source = next(node for node in primaries if _serves(node, slot))
        old, new = self.id_of(source), self.id_of(target)
        target.ask("CLUSTER", "SETSLOT", slot, "IMPORTING", old)
        source.ask("CLUSTER", "SETSLOT", slot, "MIGRATING", new)
        while keys := source.ask("CLUSTER", "GETKEYSINSLOT", slot, BATCH):
            names = [key.decode() for key in keys]
            source.ask("MIGRATE", HOST, target.port, "", 0, round(PATIENCE * 1000), "KEYS", *names)
        for node in (target, source, *(one for one in primaries if one not in (target, source))):
            node.ask("CLUSTER", "SETSLOT", slot, "NODE", new)

    def move_at_once(self, slot: int, target: RedisProcess) -> None:
        """Move a slot in the one step that Valkey 9 has."""
        source = self.owner_of(slot)
        source.ask("CLUSTER", "MIGRATESLOTS", "SLOTSRANGE", slot, slot, "NODE", self.id_of(target))
        target.wait_until(lambda: _serves(target, slot), "moved slot")

    def kill(self, primary: RedisProcess) -> None:
        """Kill a primary without a word, and wait until its replica serves the slots."""
        self._wait_for_successor(primary, primary.kill)

    def silence(self, primary: RedisProcess) -> None:
        """Let a primary stand still with its connections open, and wait until its replica serves the slots."""
        self._wait_for_successor(primary, primary.hang)

    def _wait_for_successor(self, primary: RedisProcess, fault: Callable[[], None]) -> None:
        slots = [found[0] for found in primary.ask("CLUSTER", "SLOTS") if found[2][1] == primary.port]
        others = [one for one in self.running if one is not primary]
        fault()
        for slot in slots:
            others[0].wait_until(
                lambda slot=slot: any(one.ask("ROLE")[0] == b"master" and _serves(one, slot) for one in others),
                "promoted replica",
            )

    def stop(self) -> None:
        """End every process by its own id."""
        for node in self.nodes:
            node.kill()


@contextmanager
def running_cluster(folder: Path, kind: Kind = VALKEY, scheme: str = "redis+cluster") -> Iterator[Cluster]:
    """A cluster that runs until the end of this context."""
    cluster = Cluster(folder, kind, scheme)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()


def _lines(node: RedisProcess) -> list[str]:
    """The nodes that this one knows and shook hands with."""
    return [line for line in node.ask("CLUSTER", "NODES").decode().splitlines() if "handshake" not in line]


def _serves(node: RedisProcess, slot: int) -> bool:
    found = node.ask("CLUSTER", "SLOTS")
    return any(first <= slot <= last and servers[0][1] == node.port for first, last, *servers in found)
