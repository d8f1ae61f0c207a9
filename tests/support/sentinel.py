"""A primary, a replica and sentinels of the tests, all on this machine: fails over as planned, or because of a kill.

`with running_sentinels(folder) as group:` starts them; `group.url` is the value of ZIN_REDIS_URL.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.support.redis_process import HOST, VALKEY, Kind, RedisProcess, free_ports

NAME: Final = "zin"
PAUSE: Final = 20_000  # milliseconds for which the old primary takes no writes, unless it is demoted sooner
NO_PROXIES: Final[Mapping[int, int]] = {}
DOWN_AFTER: Final = 1000  # milliseconds without an answer until a sentinel takes the primary for dead


class SentinelGroup:
    """Two servers and their sentinels. `primary` is the server that the sentinels name at the moment."""

    def __init__(
        self,
        folder: Path,
        sentinels: int = 3,
        kind: Kind = VALKEY,
        proxies: Mapping[int, int] = NO_PROXIES,
        down_after: int = DOWN_AFTER,
    ) -> None:
        """The group; proxies has, by the port of a server, the port through which everybody else reaches it."""
        self._kind = kind
        ports = [*proxies, *free_ports(2 + sentinels - len(proxies))]
        self._reached = {port: proxies.get(port, port) for port in ports}
        self.servers = [
            RedisProcess(
                folder / f"server{port}",
                port,
                *kind.lines,
                f"replica-announce-port {self._reached[port]}",
                kind=kind,
            )
            for port in ports[:2]
        ]
        rules = (
            f"sentinel monitor {NAME} {HOST} {self._reached[ports[0]]} {sentinels // 2 + 1}",
            f"sentinel down-after-milliseconds {NAME} {down_after}",
            f"sentinel failover-timeout {NAME} 5000",
        )
        self.sentinels = [
            RedisProcess(folder / f"sentinel{port}", port, *kind.of_sentinels, *rules, kind=kind) for port in ports[2:]
        ]

    @property
    def url(self) -> str:
        """The value of ZIN_REDIS_URL."""
        return f"sentinel://{','.join(one.address for one in self.sentinels)}/{NAME}/0"

    def start(self) -> None:
        """Start all, and wait until the sentinels know the replica and one another."""
        first, second = self.servers
        first.start()
        second.start("--replicaof", f"{HOST} {self._reached[first.port]}")
        second.wait_until(lambda: b"master_link_status:up" in second.ask("INFO", "replication"), "link to its primary")
        for sentinel in self.sentinels:
            sentinel.start("--sentinel")
        self.wait_until_complete()

    def wait_until_complete(self) -> None:
        """Wait until every sentinel knows the replica as healthy, and all others."""
        others = len(self.sentinels) - 1
        for sentinel in self.sentinels:

            def knows(sentinel: RedisProcess = sentinel) -> bool:
                facts = _pairs(sentinel.ask("SENTINEL", "MASTER", NAME))
                replicas = [_pairs(one) for one in sentinel.ask("SENTINEL", "REPLICAS", NAME)]
                return (
                    facts["num-other-sentinels"] == str(others)
                    and facts["flags"] == "master"
                    and any(one["flags"] == "slave" and one["master-link-status"] == "ok" for one in replicas)
                )

            sentinel.wait_until(knows, "replica and other sentinels")

    @property
    def primary(self) -> RedisProcess:
        """The server that the first sentinel names."""
        _, port = self.sentinels[0].ask("SENTINEL", "GET-MASTER-ADDR-BY-NAME", NAME)
        return next(one for one in self.servers if self._reached[one.port] == int(port))

    @property
    def replica(self) -> RedisProcess:
        """The other server."""
        primary = self.primary
        return next(one for one in self.servers if one is not primary)

    def failover(self) -> None:
        """Make the replica the primary, as an operator plans it: no write is lost. Ends when all sentinels know."""
        old, new, first = self.primary, self.replica, self.sentinels[0]
        if self._kind.program:  # Redis has no coordinated failover
            old.ask("CLIENT", "PAUSE", PAUSE, "WRITE")
        how = () if self._kind.program else ("COORDINATED",)
        first.wait_until(lambda: self._is_failed_over(first, old, how), "failover")
        self.wait_for(new)
        self.wait_until_complete()

    def _is_failed_over(self, sentinel: RedisProcess, old: RedisProcess, how: Sequence[str]) -> bool:
        """Whether the sentinel names another primary; if none is on its way, ask for it: an election may fail."""
        facts = _pairs(sentinel.ask("SENTINEL", "MASTER", NAME))
        if facts["port"] != str(self._reached[old.port]):
            return True
        if "failover_in_progress" not in facts["flags"]:
            sentinel.ask("SENTINEL", "FAILOVER", NAME, *how)
        return False

    def kill_primary(self) -> RedisProcess:
        """Kill the primary without a word, and return it. The sentinels notice it by themselves: see wait_for."""
        killed = self.primary
        killed.kill()
        return killed

    def wait_for(self, server: RedisProcess) -> None:
        """Wait until every sentinel names this server as the primary, and it is one."""
        for sentinel in self.sentinels:
            named = [HOST.encode(), str(self._reached[server.port]).encode()]
            sentinel.wait_until(
                lambda sentinel=sentinel, named=named: (
                    sentinel.ask("SENTINEL", "GET-MASTER-ADDR-BY-NAME", NAME) == named
                ),
                "new primary",
            )
        server.wait_until(lambda: server.ask("ROLE")[0] == b"master", "role of a primary")

    def stop(self) -> None:
        """End every process by its own id."""
        for one in (*self.sentinels, *self.servers):
            one.kill()


@contextmanager
def running_sentinels(folder: Path, sentinels: int = 3, kind: Kind = VALKEY) -> Iterator[SentinelGroup]:
    """A group that runs until the end of this context."""
    group = SentinelGroup(folder, sentinels, kind)
    try:
        group.start()
        yield group
    finally:
        group.stop()


def _pairs(flat: list[bytes]) -> dict[str, str]:
    words = [one.decode() for one in flat]
    return dict(zip(words[::2], words[1::2], strict=True))
