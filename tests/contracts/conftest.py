"""Fixtures of the contract tests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer

from admin.simulator.sandbox_store import SandboxStore
from authoring.replay.fakes import FakePreferences
from server import build
from settings import Settings
from sources import Sources
from state.store.interface import Store
from state.store.memory import InMemory
from state.store.redis import RedisSessionStore
from tests.support.channel_requests import Client
from tests.support.conversation import FRENCH_ONLY, Market
from tests.support.live_server import LiveServer
from tests.support.menu_copies import shared_menus
from tests.support.patience import PATIENCE
from tests.support.redis_cluster import Cluster, running_cluster
from tests.support.sentinel import SentinelGroup, running_sentinels
from tests.support.valkey import Server
from tests.support.watched_store import Watched


@pytest.fixture(params=[LiveServer, TestServer], ids=["direct", "routed"])
async def gateway(request: pytest.FixtureRequest, valkey_url: str, tmp_path: Path) -> AsyncIterator[Client]:
    """The whole application, over the small menu, with and without direct answers."""

    async def opened(*_: object) -> Sources:
        return Sources([Market()], preferences=FakePreferences())

    menus = shared_menus()
    settings = Settings(env="demo", redis_url=valkey_url, data=tmp_path, menus=menus, locales=FRENCH_ONLY)
    async with TestClient(request.param(build(settings, opened=opened))) as client:
        yield client


@pytest.fixture(scope="session")
def _sentinels(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SentinelGroup]:
    with running_sentinels(tmp_path_factory.mktemp("sentinels")) as group:
        yield group


@pytest.fixture(scope="session")
def _cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with running_cluster(tmp_path_factory.mktemp("cluster")) as cluster:
        yield cluster


SEVERAL = [pytest.param(name, marks=pytest.mark.slow) for name in ("sentinel", "cluster")]


@pytest.fixture(params=["memory", "sandbox", "valkey", *SEVERAL])
async def watched(request: pytest.FixtureRequest) -> AsyncIterator[Watched]:
    if request.param in ("memory", "sandbox"):
        memory, start = InMemory(), "trial:" if request.param == "sandbox" else ""
        store: Store = SandboxStore(memory, start) if start else memory
        loop = asyncio.get_running_loop()
        entries = memory.entries
        yield Watched(store, lambda: len(entries), lambda key: entries[start + key][1].when() - loop.time())
        await memory.close()
        return
    if request.param == "cluster":
        cluster: Cluster = request.getfixturevalue("_cluster")
        cluster.empty()
        sharded = RedisSessionStore(cluster.url, PATIENCE, PATIENCE)
        yield Watched(sharded, lambda: sum(one.ask("DBSIZE") for one in cluster.primaries), cluster.life)
        await sharded.close()
        return
    if request.param == "sentinel":
        group: SentinelGroup = request.getfixturevalue("_sentinels")
        primary = group.primary
        primary.ask("FLUSHALL")
        watched = RedisSessionStore(group.url, PATIENCE, PATIENCE)
        yield Watched(watched, lambda: primary.ask("DBSIZE"), lambda key: primary.ask("PTTL", key) / 1000)
        await watched.close()
        return
    server: Server = request.getfixturevalue("shared_valkey")
    valkey = RedisSessionStore(server.url, PATIENCE)
    yield Watched(valkey, lambda: int(server.say("DBSIZE")[1:]), lambda key: int(server.say(f"PTTL {key}")[1:]) / 1000)
    await valkey.close()


@pytest.fixture
def store(watched: Watched) -> Store:
    return watched.store
