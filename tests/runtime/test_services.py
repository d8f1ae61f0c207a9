"""A start opens, migrates and closes the database once, also where it fails or several processes serve."""

from __future__ import annotations

import asyncio
import itertools
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import asyncpg  # type: ignore[import-untyped]  # the package carries no types
import pytest
from aiohttp.test_utils import TestClient, TestServer
from pydantic import SecretStr

from bench.processes import free_port
from database.interface import Database
from database.migrations import NEWEST, migrate, verify_version
from runtime.services import open_services, prepare_database
from server import build
from settings import Settings
from sources import Sources
from sources.registry import open_sources, reopen_sources
from state.errors import InvalidMenu, SourceUnavailable, StoreUnavailable, ZinError
from state.store.embedded import EmbeddedValkey
from tests.support.database import MENUS, Registry
from tests.support.database_events import EVENTS, watch

SECRET: Final = "a-secret-of-more-than-22-signs"
STARTING: Final = 60.0  # seconds
ALONE: Final = {"opened": 1, "version": 2, "migrated": 1, "closed": 1}  # its version again when nobody writes beside


@dataclass(frozen=True, slots=True)
class Watched:
    """A registry, and the file where what becomes of it is written down."""

    settings: Settings
    events: Path

    def serve(self, workers: int, port: int) -> None:
        """A start and a stop of a real server, as `zin serve` runs it."""
        given = self.settings
        settings = {
            "ZIN_ENV": given.env,
            "ZIN_SECRET": given.secret.get_secret_value(),
            "ZIN_DATA": str(given.data),
            "ZIN_DATABASE_URL": given.database_url.get_secret_value(),
            "ZIN_REDIS_URL": given.redis_url,
            "ZIN_PORT": str(port),
        }
        command = [sys.executable, "-m", "tests.support.database_events", str(workers)]
        server = subprocess.Popen(command, cwd=MENUS.parent, env=os.environ | settings)
        try:
            until = time.monotonic() + STARTING
            while listeners(port) < workers:
                assert server.poll() is None, "the server ended"
                assert time.monotonic() < until, "the server did not start"
                time.sleep(0.05)
            server.send_signal(signal.SIGTERM)
            assert server.wait(STARTING) == 0
        finally:
            server.kill()
            server.wait()

    def seen(self) -> list[Counter[str]]:
        """What each process did, in the order in which they began."""
        done: dict[str, Counter[str]] = {}
        for line in self.events.read_text().splitlines():
            pid, event = line.split()
            done.setdefault(pid, Counter())[event] += 1
        return list(done.values())


@pytest.fixture(params=["demo", "production"])
def watched(
    bare: Registry, request: pytest.FixtureRequest, tmp_path: Path, valkey_url: str, monkeypatch: pytest.MonkeyPatch
) -> Watched:
    monkeypatch.setenv(EVENTS, str(tmp_path / "events"))
    secret = SecretStr("demo" if request.param == "demo" else SECRET)
    changed = {"env": request.param, "secret": secret, "redis_url": valkey_url}
    return Watched(bare.settings.model_copy(update=changed), tmp_path / "events")


def listeners(port: int) -> int:
    """How many sockets listen on this port, one for each worker that serves. Source: proc(5), net/tcp."""
    sockets = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(fields[3] == "0A" and fields[1].endswith(f":{port:04X}") for fields in sockets)


async def test_one_process_opens_migrates_and_closes_once(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    watch(monkeypatch.setattr)
    async with TestClient(TestServer(build(watched.settings))) as client:
        assert (await client.get("/health/ready")).status == 200
    assert watched.seen() == [ALONE]


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
async def test_zin_serve_opens_migrates_and_closes_once(watched: Watched) -> None:
    await asyncio.to_thread(watched.serve, 1, free_port())
    assert watched.seen() == [ALONE]


@pytest.mark.parametrize(("server", "watched"), [("sqlite", "demo"), ("postgresql", "production")], indirect=True)
async def test_of_two_workers_and_their_keeper_the_keeper_alone_migrates(watched: Watched) -> None:
    await asyncio.to_thread(watched.serve, 2, free_port())
    assert watched.seen() == [ALONE, *[{"opened": 1, "version": 1, "closed": 1}] * 2]


async def test_a_worker_does_not_start_on_tables_of_another_version(bare: Registry) -> None:
    with pytest.raises(ZinError, match=f"at version none, this Zin needs {NEWEST}"):
        await verify_version(bare.database)
    await migrate(bare.database)
    await verify_version(bare.database)


async def test_workers_answer_from_what_their_keeper_prepared(bare: Registry) -> None:
    await prepare_database(bare.settings)
    await verify_version(bare.database)
    sources = await reopen_sources(bare.settings, bare.database)
    assert (await sources.ask("exams.open", {})).trigger == "found"
    await sources.close()


async def broken_communes(settings: Settings, folder: Path) -> Settings:
    menus = Path(shutil.copytree(MENUS, folder / "menus"))
    (menus / "communes.csv").write_text("rien\n")
    return settings.model_copy(update={"menus": menus})


async def broken_menu(settings: Settings, folder: Path) -> Settings:
    menus = Path(shutil.copytree(MENUS, folder / "menus"))
    (menus / "home.yaml").write_text("first: nowhere\n")
    return settings.model_copy(update={"menus": menus})


async def broken_valkey(settings: Settings, folder: Path) -> Settings:
    data = folder / "data"
    (data / "appendonlydir").mkdir(parents=True)
    (data / "appendonlydir" / "appendonly.aof.manifest").write_text("nonsense\n")
    return settings.model_copy(update={"data": data})


@pytest.mark.parametrize(
    ("broken", "error"),
    [(broken_communes, InvalidMenu), (broken_menu, InvalidMenu), (broken_valkey, StoreUnavailable)],
)
async def test_a_start_that_fails_half_way_closes_what_it_opened(
    bare: Registry, tmp_path: Path, broken: Any, error: type[Exception]
) -> None:
    with pytest.raises(error):
        async with open_services(await broken(bare.settings, tmp_path)):
            pass
    assert await connections(bare) == 0


async def test_a_start_whose_sources_fail_has_started_no_valkey(bare: Registry, tmp_path: Path) -> None:
    async def fails(settings: Settings, database: Database) -> Sources:
        await open_sources(settings, database)
        raise SourceUnavailable("told to fail")

    with pytest.raises(SourceUnavailable):
        async with open_services(bare.settings, fails):
            pass
    assert await connections(bare) == 0
    assert not (tmp_path / "valkey.sock").exists()


async def test_a_start_that_is_cancelled_while_valkey_starts_leaves_it_not_running(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, looks = asyncio.Event(), itertools.count()

    async def silent(_: EmbeddedValkey) -> bool:
        if next(looks):  # the first look is for one that was left behind
            begun.set()
        return False

    monkeypatch.setattr(EmbeddedValkey, "_answers", silent)
    started: list[asyncio.subprocess.Process | None] = []
    stop = EmbeddedValkey.stop

    async def stopped(embedded: EmbeddedValkey) -> None:
        started.append(embedded._process)
        await stop(embedded)

    monkeypatch.setattr(EmbeddedValkey, "stop", stopped)
    settings = Settings(env="demo", data=tmp_path, menus=MENUS)
    starting = asyncio.create_task(open_services(settings).__aenter__())
    await begun.wait()
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    assert started
    assert started[0]
    assert started[0].returncode is not None


async def connections(registry: Registry) -> int:
    """How many are open on a registry, once those that are closing have closed."""
    if not registry.server:
        return sum(thread.name.startswith("sqlite") for thread in threading.enumerate())
    name = registry.settings.database_url.get_secret_value().partition("?")[0].rpartition("/")[2]
    watching = await asyncpg.connect(registry.server.url("postgres"))
    for _ in range(40):
        held = await watching.fetchval("SELECT count(*) FROM pg_stat_activity WHERE datname = $1", name)
        if not held:
            break
        await asyncio.sleep(0.05)
    await watching.close()
    return int(held)
