"""A server that is there and refuses: what it says, one by one, a second try that goes where the name leads, an end."""

from __future__ import annotations

import asyncio
import itertools
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Final

import pytest

from state.errors import StoreUnavailable
from state.store.redis import RedisSessionStore
from tests.support.patience import PATIENCE
from tests.support.store_faults import until_answered, until_refused
from tests.support.valkey import Server

pytestmark = pytest.mark.slow

SAVES: Final[dict[str, Callable[[RedisSessionStore], Awaitable[object]]]] = {
    "a save": lambda store: store.compare_and_set("a", b"", b"1", 60),
    "a count": lambda store: store.increment("n", 60),
    "a pace": lambda store: store.throttle("p", 1.0, 5, 1),
}

# What is set on the server, what undoes it, and the word for it.
PASSING: Final = [
    (("REPLICAOF 127.0.0.1 1",), ("REPLICAOF NO ONE",), "READONLY"),
    (
        ("REPLICAOF 127.0.0.1 1", "CONFIG SET replica-serve-stale-data no"),
        ("REPLICAOF NO ONE", "CONFIG SET replica-serve-stale-data yes"),
        "MASTERDOWN",
    ),
    (("CONFIG SET maxmemory 1",), ("CONFIG SET maxmemory 0",), "OOM"),
    (("CONFIG SET min-replicas-to-write 1",), ("CONFIG SET min-replicas-to-write 0",), "NOREPLICAS"),
]


@pytest.fixture
async def store(own_valkey: Server) -> AsyncIterator[RedisSessionStore]:
    valkey = RedisSessionStore(own_valkey.url, PATIENCE)
    yield valkey
    await valkey.close()


@pytest.mark.parametrize("save", SAVES)
@pytest.mark.parametrize("state", PASSING, ids=[word for *_, word in PASSING])
async def test_short_refusal_is_retried_long_one_reported(
    store: RedisSessionStore,
    hasty_store: RedisSessionStore,
    own_valkey: Server,
    save: str,
    state: tuple[tuple[str, ...], tuple[str, ...], str],
) -> None:
    makes, undoes, word = state
    await SAVES[save](store)
    for command in makes:
        own_valkey.say(command)
    await until_refused(lambda: SAVES[save](hasty_store), word)
    waiting = asyncio.gather(*(store.compare_and_set(f"k{number}", b"", b"1", 60) for number in range(64)))
    await asyncio.sleep(0.2)
    for command in undoes:
        own_valkey.say(command)
    assert await waiting == [True] * 64
    await SAVES[save](store)


async def test_full_disk_is_reported_as_misconf(
    store: RedisSessionStore, hasty_store: RedisSessionStore, own_valkey: Server
) -> None:
    """MISCONF by its other cause, a snapshot that failed; the file of writes is
    tests/state/store/test_append_only_file.py's.
    """
    (own_valkey.folder / "dump.rdb").mkdir()  # where it cannot be written
    own_valkey.say('CONFIG SET save "3600 1"')
    await store.compare_and_set("a", b"", b"1", 60)
    own_valkey.say("BGSAVE")
    numbers = itertools.count()
    await until_refused(lambda: hasty_store.compare_and_set(f"m{next(numbers)}", b"", b"1", 60), "MISCONF")
    own_valkey.say('CONFIG SET save ""')
    assert await store.compare_and_set("b", b"", b"1", 60)


async def test_busy_server_is_reported_and_used_again(hasty_store: RedisSessionStore, own_valkey: Server) -> None:
    own_valkey.say("CONFIG SET busy-reply-threshold 1")
    endless = asyncio.create_task(asyncio.to_thread(own_valkey.say, 'EVAL "while true do end" 0'))
    await until_refused(lambda: hasty_store.get("a"), "BUSY")
    own_valkey.say("SCRIPT KILL")
    await endless
    assert await until_answered(lambda: hasty_store.get("a")) == b""


async def test_loading_server_is_reported_or_awaited(
    store: RedisSessionStore, hasty_store: RedisSessionStore, own_valkey: Server
) -> None:
    value = os.urandom(1000)  # which the file keeps as it is: the server answers once in so many bytes of it
    for number in range(1000):
        await store.compare_and_set(f"k{number}", b"", value, 600)
    assert own_valkey.say("SAVE") == b"+OK\r\n"
    own_valkey.kill()
    own_valkey.begin("--key-load-delay", "50000", "--loading-process-events-interval-bytes", "1024")
    assert b"LOADING" in await asyncio.to_thread(until_it_listens, own_valkey)
    await until_refused(lambda: hasty_store.get("k1"), "LOADING")
    waiting = asyncio.ensure_future(store.get("k1"))
    assert own_valkey.say("CONFIG SET key-load-delay 0") == b"+OK\r\n"
    assert await waiting == value


def until_it_listens(server: Server) -> bytes:
    """The first answer of a server that was begun."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return server.say("PING")
        except OSError:
            assert time.monotonic() < until
            time.sleep(0.01)


async def test_reads_go_on_while_writes_are_refused(store: RedisSessionStore, own_valkey: Server) -> None:
    await store.compare_and_set("a", b"", b"1", 60)
    own_valkey.say("CONFIG SET min-replicas-to-write 1")
    refused = asyncio.ensure_future(store.compare_and_set("b", b"", b"1", 60))
    assert await store.get("a") == b"1"
    assert not refused.done()
    own_valkey.say("CONFIG SET min-replicas-to-write 0")
    assert await refused


@pytest.mark.parametrize(
    ("acl", "word"), [("-evalsha", "NOPERM"), ("-set", "ERR"), ("resetkeys", "NOPERM")], ids=["call", "script", "keys"]
)
async def test_forbidden_command_fails_at_once(
    store: RedisSessionStore, own_valkey: Server, acl: str, word: str
) -> None:
    await store.compare_and_set("a", b"", b"1", 60)
    own_valkey.say(f"ACL SETUSER default {acl}")
    before = connections(own_valkey)
    with pytest.raises(StoreUnavailable, match=rf"refuses: {word}$"):
        await store.compare_and_set("b", b"", b"1", 60)
    assert connections(own_valkey) == before + 1  # our own that asks; the store made none anew


def connections(server: Server) -> int:
    """How many this server has ever taken."""
    return int(server.whole("INFO stats").partition("total_connections_received:")[2].partition("\r\n")[0])


@pytest.mark.parametrize("given", ["", "default:wrong@"], ids=["no password", "a wrong one"])
async def test_refused_password_is_tried_twice_only(own_valkey: Server, given: str, tmp_path: Path) -> None:
    own_valkey.say("CONFIG SET requirepass right")
    store = RedisSessionStore(f"unix://{given}{own_valkey.url.removeprefix('unix://')}", 2 * PATIENCE)
    async with asyncio.timeout(PATIENCE):
        with pytest.raises(StoreUnavailable, match=r"refuses: NOAUTH$"):
            await store.compare_and_set("a", b"", b"1", 60)
    await store.close()


async def test_changed_password_is_sent_on_a_new_connection(own_valkey: Server) -> None:
    own_valkey.say("ACL SETUSER zin on >right ~* +@all")
    store = RedisSessionStore(f"unix://zin:right@{own_valkey.url.removeprefix('unix://')}", PATIENCE)
    await store.compare_and_set("a", b"", b"1", 60)
    own_valkey.say("ACL DELUSER zin")  # which cuts its connections
    with pytest.raises(StoreUnavailable, match=r"refuses: NOAUTH$"):
        await store.get("a")
    own_valkey.say("ACL SETUSER zin on >right ~* +@all")
    assert await store.get("a") == b"1"
    await store.close()
