"""Sentinels and servers that speak TLS and have users, by Debian's Redis: the wheel's Valkey has no TLS."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Final

import pytest

from state.errors import StoreUnavailable
from state.store.redis import RedisSessionStore
from state.store.server_advice import advice_on
from tests.support.certificates import signed, write
from tests.support.patience import PATIENCE
from tests.support.redis_process import Kind
from tests.support.sentinel import SentinelGroup, running_sentinels
from tests.support.store_faults import SHORT

REDIS: Final = shutil.which("redis-server")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not REDIS, reason="no redis-server here: Debian's redis-server")]
USERS: Final = ("user zin on >right ~* +@read +@write +@scripting +time +select +role", "user look on >other ~* +@read")
WATCHERS: Final = ("user look on >other +sentinel|get-master-addr-by-name",)
ADDRESS: Final = "sentinels://{servers}@{hosts}/zin/0?sentinel_username=look&sentinel_password={sentinels}{more}"


@pytest.fixture(scope="module")
def group(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SentinelGroup]:
    folder = tmp_path_factory.mktemp("tls")
    authority = signed("authority")
    write(folder, "ca", authority)
    write(folder, "server", signed("server", authority))
    write(folder, "stranger", signed("stranger"))
    with running_sentinels(folder, 1, Kind(REDIS or "", folder, USERS, WATCHERS)) as group:
        yield group


def address(group: SentinelGroup, servers: str = "zin:right", sentinels: str = "other", authority: str = "ca") -> str:
    hosts, files = group.sentinels[0].address, group.sentinels[0].certificates
    more = f"&ssl_ca_certs={files}/{authority}.crt" if authority else ""
    return ADDRESS.format(hosts=hosts, servers=servers, sentinels=sentinels, more=more)


async def test_planned_failover_with_tls_and_users(group: SentinelGroup) -> None:
    store = RedisSessionStore(address(group), PATIENCE, PATIENCE)
    assert await store.compare_and_set("a", b"", b"1", 600)
    assert await store.increment("n", 600) == 1
    assert (await store.throttle("p", 1, 5, 1)).uses == 1
    group.failover()
    assert await store.get_both("a", "n") == (b"1", b"1")
    assert await store.compare_and_set("a", b"1", b"2", 600)
    await store.close()


WRONG: Final = {
    "password of a server": ({"servers": "zin:wrong"}, "user or the password: correct user:password@"),
    "password of a sentinel": ({"sentinels": "wrong"}, "correct sentinel_username and sentinel_password"),
    "right of a server": ({"servers": "look:other"}, "the user lacks a permission"),
    "authority": ({"authority": "stranger"}, "add ?ssl_ca_certs="),
    "no authority": ({"authority": ""}, "add ?ssl_ca_certs="),
}


@pytest.mark.parametrize(("parts", "line"), WRONG.values(), ids=WRONG)
async def test_wrong_sign_in_says_what_to_correct(group: SentinelGroup, parts: dict[str, str], line: str) -> None:
    store = RedisSessionStore(address(group, **parts), 5 * SHORT, 5 * SHORT)
    try:
        with pytest.raises(StoreUnavailable) as refused:
            await store.compare_and_set("b", b"", b"1", 60)
    finally:
        await store.close()
    advice = advice_on(refused.value)
    assert line in advice.line
    assert advice.is_final
