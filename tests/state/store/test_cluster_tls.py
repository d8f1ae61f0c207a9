"""A cluster whose nodes speak TLS and have users, by Debian's Redis: the wheel's Valkey has no TLS."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Final

import pytest
from redis.crc import key_slot

from runtime.store_check import check_store
from settings import Settings
from state.errors import StoreUnavailable
from state.store.interface import Entry
from state.store.redis import RedisSessionStore
from tests.support.certificates import signed, write
from tests.support.patience import PATIENCE
from tests.support.redis_cluster import Cluster, running_cluster
from tests.support.redis_process import Kind

REDIS: Final = shutil.which("redis-server")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not REDIS, reason="no redis-server here: Debian's redis-server")]
TIMES: Final = {"hop_seconds": 9.9, "source_seconds": 9.5, "connect_seconds": 5, "secret": "s" * 22}
USERS: Final = (
    "user zin on >right ~* +@read +@write +@scripting +time +select +asking +cluster|slots",
    "user look on >other ~* +@read",
)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    folder = tmp_path_factory.mktemp("tls")
    authority = signed("authority")
    write(folder, "ca", authority)
    write(folder, "server", signed("server", authority))
    write(folder, "stranger", signed("stranger"))
    with running_cluster(folder, Kind(REDIS or "", folder, USERS), "rediss+cluster") as cluster:
        yield cluster


def address(cluster: Cluster, user: str = "zin:right", authority: str = "ca") -> str:
    scheme, _, hosts = cluster.url.partition("://")
    more = f"?ssl_ca_certs={cluster.nodes[0].certificates}/{authority}.crt" if authority else ""
    return f"{scheme}://{user}@{hosts}{more}"


async def test_permissions_of_the_documents_are_enough(cluster: Cluster) -> None:
    """For every command, also while a slot is half moved: the target is asked after ASKING."""
    store, slot = RedisSessionStore(address(cluster), PATIENCE, PATIENCE), key_slot(b"t")
    assert await store.compare_and_set("{t}a", b"", b"1", 600, Entry("{t}b", b"2", 600))
    assert await store.increment("n", 600) == 1
    assert (await store.throttle("p", 1, 5, 1)).uses == 1
    await store.add_distinct("{t}c", ["one"], 600)
    assert await store.count_distinct("{t}c", "{t}d") == 1
    source = cluster.owner_of(slot)
    cluster.spare.ask("CLUSTER", "SETSLOT", slot, "IMPORTING", cluster.id_of(source))
    source.ask("CLUSTER", "SETSLOT", slot, "MIGRATING", cluster.id_of(cluster.spare))
    assert await store.increment("{t}new", 600) == 1  # at the target
    assert await store.get_both("{t}a", "{t}b") == (b"1", b"2")  # still at the source
    assert [one async for one in store.scan("{t}a", 10)] == [b"1"]
    for node in (source, cluster.spare):
        node.ask("CLUSTER", "SETSLOT", slot, "STABLE")
    await store.close()


WRONG: Final = {
    "password": ({"user": "zin:wrong"}, "the server refuses the user or the password: correct user:password@"),
    "permission": ({"user": "look:other"}, "the user lacks a permission"),
    "authority": ({"authority": "stranger"}, "add ?ssl_ca_certs="),
    "no authority": ({"authority": ""}, "add ?ssl_ca_certs="),
}


@pytest.mark.parametrize(("parts", "line"), WRONG.values(), ids=WRONG)
async def test_wrong_sign_in_ends_the_start(cluster: Cluster, parts: dict[str, str], line: str) -> None:
    with pytest.raises(StoreUnavailable) as refused:
        await check_store(Settings.model_validate({"redis_url": address(cluster, **parts), **TIMES}))
    assert str(refused.value).startswith("ZIN_REDIS_URL: ")
    assert line in str(refused.value)


async def test_plain_address_of_a_node_ends_the_start(cluster: Cluster) -> None:
    single = address(cluster).replace("rediss+cluster", "rediss").partition(",")[0]
    options = address(cluster).partition("?")[2]
    with pytest.raises(StoreUnavailable, match=r"a node of a cluster: redis\+cluster://"):
        await check_store(Settings.model_validate({"redis_url": f"{single}/0?{options}", **TIMES}))
