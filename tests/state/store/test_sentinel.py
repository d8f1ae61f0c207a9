"""What sentinels say and do not say: a dead one, a late one, one that refuses, a server that is no primary."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing, suppress
from functools import partial
from pathlib import Path
from typing import Final

import pytest

from state.errors import StoreUnavailable
from state.store.redis import RedisSessionStore
from tests.support.patience import PATIENCE
from tests.support.redis_process import HOST, RedisProcess, free_ports
from tests.support.store_faults import SHORT

Say = Callable[[], bytes]
SILENT: Final = b""


def naming(server: RedisProcess) -> bytes:
    port = str(server.port)
    return f"*2\r\n${len(HOST)}\r\n{HOST}\r\n${len(port)}\r\n{port}\r\n".encode()


@asynccontextmanager
async def sentinels_that(*answers: Say) -> AsyncIterator[str]:
    """Sentinels of the test, each with its answer to who is the primary; yields the address of the store."""

    async def serve(say: Say, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with closing(writer), suppress(ConnectionError):
            while data := await reader.read(65536):
                asked = b"GET-MASTER-ADDR-BY-NAME" in data
                writer.write(say() if asked else b"+OK\r\n" * data.count(b"*"))

    servers = [await asyncio.start_server(partial(serve, say), HOST, 0) for say in answers]
    named = ",".join(f"{HOST}:{one.sockets[0].getsockname()[1]}" for one in servers)
    try:
        yield f"sentinel://{named}/zin/0"
    finally:
        for one in servers:
            one.close()


@asynccontextmanager
async def store_at(url: str, quick: float = PATIENCE, wait: float = PATIENCE) -> AsyncIterator[RedisSessionStore]:
    store = RedisSessionStore(url, quick, wait)
    try:
        yield store
    finally:
        await store.close()


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[RedisProcess, RedisProcess]]:
    """Two primaries that do not know one another."""
    first, second = (RedisProcess(tmp_path / str(port), port) for port in free_ports(2))
    try:
        first.start()
        second.start()
        yield first, second
    finally:
        first.kill()
        second.kill()


async def test_first_refusal_leads_to_the_new_primary(two: tuple[RedisProcess, RedisProcess]) -> None:
    first, second = two
    named = first
    async with sentinels_that(*[lambda: naming(named)] * 3) as url, store_at(url) as store:
        assert await store.compare_and_set("a", b"", b"1", 60)
        await asyncio.to_thread(first.ask, "REPLICAOF", HOST, second.port)  # connections stay open
        named = second
        assert await store.compare_and_set("b", b"", b"2", 60)
        assert second.ask("GET", "b") == b"2"


async def test_dead_and_silent_sentinels_delay_nothing(two: tuple[RedisProcess, RedisProcess]) -> None:
    first, _ = two
    says: Say = lambda: naming(first)  # noqa: E731 - three of one kind
    async with sentinels_that(lambda: SILENT, lambda: SILENT, says, says, says) as url:
        dead = url.replace("sentinel://", f"sentinel://{HOST}:1,")
        async with store_at(dead) as store:
            assert await store.increment("n", 60) == 1


async def test_late_sentinel_is_outvoted(two: tuple[RedisProcess, RedisProcess]) -> None:
    first, second = two
    new: Say = lambda: naming(second)  # noqa: E731
    async with sentinels_that(lambda: naming(first), new, new) as url, store_at(url) as store:
        assert await store.increment("n", 60) == 1
    assert (first.ask("EXISTS", "n"), second.ask("EXISTS", "n")) == (0, 1)


async def test_server_that_is_no_primary_is_not_used(two: tuple[RedisProcess, RedisProcess]) -> None:
    first, second = two
    first.ask("REPLICAOF", HOST, second.port)
    asked = 0

    def say() -> bytes:
        nonlocal asked
        asked += 1
        return naming(first if asked < 3 else second)

    async with sentinels_that(say) as url, store_at(url) as store:
        assert await store.get("a") == b""
    assert asked == 3


WRONG: Final = {
    "no name": (b"*-1\r\n", "does not answer: UnknownPrimary"),
    "nothing": (SILENT, "does not answer: NoSentinel"),
    "password": (b"-NOAUTH Authentication required.\r\n", "does not answer: SentinelsRefuse"),
    "permission": (b"-NOPERM no permissions\r\n", "does not answer: SentinelsRefuse"),
    "no sentinel": (b"-ERR unknown command 'SENTINEL'\r\n", "refuses: ERR"),
}


@pytest.mark.parametrize(("answer", "reported"), WRONG.values(), ids=WRONG)
async def test_sentinels_without_a_primary_are_reported(answer: bytes, reported: str) -> None:
    async with sentinels_that(lambda: answer, lambda: answer) as url, store_at(url, SHORT, 3 * SHORT) as store:
        with pytest.raises(StoreUnavailable, match=reported):
            await store.get("a")


async def test_failure_that_lasts_is_reported_sooner(two: tuple[RedisProcess, RedisProcess]) -> None:
    """The first call waits for another primary; when none came, the next ones wait for a short time."""
    first, _ = two
    async with sentinels_that(lambda: naming(first)) as url, store_at(url, SHORT, 20 * SHORT) as store:
        clock = asyncio.get_running_loop().time
        await store.get("a")
        await asyncio.to_thread(first.kill)
        spent = []
        for _ in range(2):
            began = clock()
            with pytest.raises(StoreUnavailable):
                await store.get("a")
            spent.append(clock() - began)
        assert spent[0] >= 20 * SHORT > spent[1]


async def test_silent_server_is_left_for_the_primary_named_now(two: tuple[RedisProcess, RedisProcess]) -> None:
    first, second = two
    named = first
    async with sentinels_that(lambda: naming(named)) as url, store_at(url, SHORT) as store:
        await store.get("a")
        first.hang()
        named = second
        assert await store.compare_and_set("a", b"", b"1", 60)
        first.go_on()
    assert (first.ask("EXISTS", "a"), second.ask("EXISTS", "a")) == (0, 1)
