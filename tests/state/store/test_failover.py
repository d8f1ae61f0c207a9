"""Failover of the store: the next hop goes to the server that its name leads to."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from state.errors import StoreUnavailable
from state.store.redis import RedisSessionStore
from tests.support.valkey import Server

pytestmark = pytest.mark.slow


class Name:
    """A name that leads to one server after another, as DNS or a virtual address does: a link to its socket."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "name"
        self.url = f"unix://{quote(str(self.path))}"

    def lead_to(self, server: Server) -> None:
        new = self.path.with_suffix(".new")
        new.symlink_to(server.socket)
        new.replace(self.path)


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[Server, Server]]:
    """A primary and its replica."""
    servers = []
    for name in ("first", "second"):
        folder = tmp_path / name
        folder.mkdir()
        servers.append(Server(folder))
    try:
        for server in servers:
            server.start()
        yield servers[0], servers[1]
    finally:
        for server in servers:
            server.kill()


@pytest.mark.parametrize("demoted", [True, False], ids=["the first is a replica now", "the first hangs"])
async def test_next_hop_after_failover_reaches_new_primary(
    two: tuple[Server, Server], tmp_path: Path, demoted: bool
) -> None:
    first, second = two
    name = Name(tmp_path)
    name.lead_to(first)
    store = RedisSessionStore(name.url, 1.0)
    assert await store.compare_and_set("a", b"", b"1", 60)
    name.lead_to(second)
    if demoted:  # an open connection would get this answer for ever
        first.say("REPLICAOF 127.0.0.1 1")
        assert await store.compare_and_set("b", b"", b"2", 60)
    else:
        first.hang()
        with pytest.raises(StoreUnavailable, match="does not answer"):
            await store.get("b")
        assert await store.compare_and_set("b", b"", b"2", 60)
    assert second.whole("GET b") == "2"
    await store.close()


async def test_failover_under_load_mixes_up_no_replies(two: tuple[Server, Server], tmp_path: Path) -> None:
    first, second = two
    name = Name(tmp_path)
    name.lead_to(first)
    store = RedisSessionStore(name.url, 2.0)
    until, turns = time.monotonic() + 1.5, 0

    async def call(key: str) -> None:
        nonlocal turns
        while time.monotonic() < until:
            turns += 1
            mine = f"{key} {turns}".encode()
            was = await store.get(key)
            assert was == b"" or was.startswith(f"{key} ".encode())
            if await store.compare_and_set(key, was, mine, 60):
                assert await store.get(key) in (mine, b"")  # b"": on the other server by now
            await asyncio.sleep(0)

    async def fail_over() -> None:
        await asyncio.sleep(0.5)
        await asyncio.to_thread(first.say, "REPLICAOF 127.0.0.1 1")
        await asyncio.sleep(0.3)
        name.lead_to(second)

    await asyncio.gather(fail_over(), *(call(f"s{number}") for number in range(64)))
    assert turns > 64
    assert second.whole("DBSIZE") == "64"
    await store.close()
