"""What is sent to which node of a cluster after each kind of refusal: transcripts of two nodes that the test plays."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing, suppress
from typing import Final

import hiredis
import pytest

from state.errors import StoreUnavailable
from state.store.cluster import ClusterPipelines
from tests.support.patience import PATIENCE
from tests.support.redis_process import HOST
from tests.support.store_faults import SHORT

SLOT: Final = 12739  # of the key 123456789: https://valkey.io/topics/cluster-spec/#key-distribution-model
KEY: Final = "123456789"
VALUE: Final = "$1\r\n1\r\n"
END: Final = "the connection ends"


class Node:
    """A node that answers GET and ASKING as the test says, the last answer again and again, and CLUSTER SLOTS."""

    def __init__(self, name: str, cluster: PlayedCluster) -> None:
        self.name, self._cluster, self.answers = name, cluster, [VALUE]
        self._server: asyncio.Server | None = None
        self.port = 0

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, HOST, 0)
        self.port = self._server.sockets[0].getsockname()[1]

    def close(self) -> None:
        if self._server:
            self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        commands = hiredis.Reader()
        with closing(writer), suppress(ConnectionError):
            while data := await reader.read(65536):
                commands.feed(data)
                while (command := commands.gets()) is not False:
                    answer = self._answer([word.decode() for word in command])
                    if answer == END:
                        return
                    writer.write(answer.encode())

    def _answer(self, words: Sequence[str]) -> str:
        if words[:2] == ["CLUSTER", "SLOTS"]:
            return self._cluster.map()
        if words[0] == "ASKING":
            self._cluster.heard.append(f"{self.name} ASKING")
            return "+OK\r\n"
        if words[0] != "GET":
            return "+OK\r\n"
        self._cluster.heard.append(f"{self.name} GET")
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return answer.format(a=self._cluster.first.port, b=self._cluster.second.port)


class PlayedCluster:
    """Two nodes; owner serves all slots, as both say. heard is what they were asked, in order."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.readings = 0  # of the map
        self.first, self.second = Node("a", self), Node("b", self)
        self.owners = [self.first]  # for one reading of the map each, the last one for all others

    def map(self) -> str:
        owner = self.owners[0]
        self.readings += 1
        if len(self.owners) > 1:
            self.owners.pop(0)
        return f"*1\r\n*3\r\n:0\r\n:16383\r\n*3\r\n${len(HOST)}\r\n{HOST}\r\n:{owner.port}\r\n$2\r\nid\r\n"


@asynccontextmanager
async def played(quick: float = PATIENCE) -> AsyncIterator[tuple[PlayedCluster, ClusterPipelines]]:
    cluster = PlayedCluster()
    await cluster.first.start()
    await cluster.second.start()
    store = ClusterPipelines(f"redis+cluster://{HOST}:{cluster.first.port}", quick, quick)
    try:
        yield cluster, store
    finally:
        await store.close()
        cluster.first.close()
        cluster.second.close()


MOVED: Final = f"-MOVED {SLOT} {HOST}:{{b}}\r\n"
ASK: Final = f"-ASK {SLOT} {HOST}:{{b}}\r\n"
TRY_AGAIN: Final = "-TRYAGAIN Multiple keys request during rehashing of slot\r\n"
DOWN: Final = "-CLUSTERDOWN Hash slot not served\r\n"
# What a answers, what b answers, what each was sent for two commands, one after the other.
TRANSCRIPTS: Final = {
    "moved": ([MOVED], [VALUE], ["a GET", "b GET", "b GET"]),
    "moved to a node without a host": ([f"-MOVED {SLOT} :{{b}}\r\n"], [VALUE], ["a GET", "b GET", "b GET"]),
    "asked once each": ([ASK], [VALUE], ["a GET", "b ASKING", "b GET"] * 2),
    "asked, then moved": ([ASK, MOVED], [VALUE], ["a GET", "b ASKING", "b GET", "a GET", "b GET"]),
    "asked in vain": (
        [ASK, VALUE],
        [f"-MOVED {SLOT} {HOST}:{{a}}\r\n"],
        ["a GET", "b ASKING", "b GET", "a GET", "a GET"],
    ),
    "asked while keys are on both sides": (
        [ASK, ASK, VALUE],
        [TRY_AGAIN, VALUE],
        ["a GET", "b ASKING", "b GET", "a GET", "b ASKING", "b GET", "a GET"],
    ),
    "try again": ([TRY_AGAIN, TRY_AGAIN, VALUE], [VALUE], ["a GET"] * 4),
    "cluster down for a while": ([DOWN, DOWN, VALUE], [VALUE], ["a GET"] * 4),
}


@pytest.mark.parametrize(("first", "second", "heard"), TRANSCRIPTS.values(), ids=TRANSCRIPTS)
async def test_refusal_leads_to_the_right_node(first: list[str], second: list[str], heard: list[str]) -> None:
    async with played() as (cluster, store):
        cluster.first.answers, cluster.second.answers = list(first), list(second)
        for _ in range(2):
            assert await store.execute("GET", KEY) == b"1"
        assert cluster.heard == heard


@pytest.mark.parametrize("answer", [END, DOWN, "-READONLY You can't write against a read only replica.\r\n"])
async def test_node_that_lost_its_slots_is_left(answer: str) -> None:
    """The map is read before the next connection, and what had no reply is sent to the new primary."""
    async with played() as (cluster, store):
        assert await store.execute("GET", KEY) == b"1"
        cluster.first.answers, cluster.owners = [answer], [cluster.second]
        assert await asyncio.gather(*(store.execute("GET", KEY) for _ in range(3))) == [b"1"] * 3
        assert await store.execute("GET", KEY) == b"1"
        assert cluster.heard[-1] == "b GET"
        assert cluster.heard.count("b GET") == 4


async def test_redirections_without_end_are_reported() -> None:
    """Two nodes that name one another: the time of the call is over after a bounded number of tries."""
    async with played(SHORT) as (cluster, store):
        cluster.first.answers = [MOVED]
        cluster.second.answers = [f"-MOVED {SLOT} {HOST}:{{a}}\r\n"]
        with pytest.raises(StoreUnavailable, match="refuses: CLUSTERDOWN"):
            await store.execute("GET", KEY)
        assert 4 < len(cluster.heard) < 30


async def test_whole_map_is_read_soon_after_a_move(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("state.store.cluster_routes.REREAD_SECONDS", 0.01)
    async with played() as (cluster, store):
        cluster.first.answers, cluster.owners = [MOVED], [cluster.first, cluster.second]
        assert await store.execute("GET", KEY) == b"1"
        async with asyncio.timeout(PATIENCE):
            while cluster.readings < 2:  # noqa: ASYNC110 - nobody asks for it
                await asyncio.sleep(0.01)
        await store.primaries()  # once what was read is used
        assert await store.execute("GET", "another slot") == b"1"
        assert cluster.heard == ["a GET", "b GET", "b GET"]


async def test_call_after_close_is_refused() -> None:
    async with played() as (_, store):
        await store.execute("GET", KEY)
        await store.close()
        with pytest.raises(StoreUnavailable, match="the store is closed"):
            await store.execute("GET", KEY)
        with pytest.raises(StoreUnavailable, match="the store is closed"):
            await store.primaries()
