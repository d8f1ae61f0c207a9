"""Failover of the store: the next hop goes to the server that its name leads to."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from state.errors import StoreUnavailable
from state.store.redis import RedisSessionStore
from tests.support.patience import PATIENCE
from tests.support.store_faults import SHORT, until_answered
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
    store = RedisSessionStore(name.url, PATIENCE if demoted else SHORT)
    await until_answered(lambda: store.compare_and_set("a", b"", b"1", 60))
    name.lead_to(second)
    if demoted:  # an open connection would get this answer for ever
        first.say("REPLICAOF 127.0.0.1 1")
        assert await store.compare_and_set("b", b"", b"2", 60)
    else:
        first.hang()
        with pytest.raises(StoreUnavailable, match="does not answer"):
            await store.get("b")
        assert await until_answered(lambda: store.compare_and_set("b", b"", b"2", 60))
    assert second.whole("GET b") == "2"
    await store.close()


async def test_failover_under_load_mixes_up_no_replies(two: tuple[Server, Server], tmp_path: Path) -> None:
    (first, second), name = two, Name(tmp_path)
    name.lead_to(first)
    store = RedisSessionStore(name.url, PATIENCE)
    failed_over, turns = asyncio.Event(), 0

    async def call(key: str) -> None:
        nonlocal turns
        while True:
            turns, is_late = turns + 1, failed_over.is_set()
            mine = f"{key} {turns}".encode()
            was = await store.get(key)
            assert was == b"" or was.startswith(f"{key} ".encode())
            if await store.compare_and_set(key, was, mine, 60):
                assert await store.get(key) in (mine, b"")  # b"": on the other server by now
                if is_late:
                    return
            await asyncio.sleep(0)

    async def fail_over() -> None:
        await asyncio.sleep(0.5)
        await asyncio.to_thread(first.say, "REPLICAOF 127.0.0.1 1")
        await asyncio.sleep(0.3)
        name.lead_to(second)
        failed_over.set()

    await asyncio.gather(fail_over(), *(call(f"s{number}") for number in range(64)))
    assert turns > 64
    assert second.whole("DBSIZE") == "64"
    await store.close()
