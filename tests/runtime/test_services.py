"""A start opens, migrates and closes the database once, also where it fails or several processes serve."""

from __future__ import annotations

import asyncio
import itertools
import shutil
import threading
import time
from pathlib import Path
from typing import Any, Final

import asyncpg  # type: ignore[import-untyped]  # the package carries no types
import pytest
from aiohttp.test_utils import TestClient, TestServer
from pydantic import SecretStr

from bench.processes import free_port
from database.interface import Database
from database.migrations import migrate, verify_version
from runtime.services import open_services, prepare_workers
from server import build
from settings import Settings
from sources import Sources
from sources.registry import open_sources
from state.errors import InvalidMenu, SourceUnavailable, StoreUnavailable
from state.store.embedded import EmbeddedValkey
from tests.support.database import MENUS, Registry
from tests.support.database_events import EVENTS, watch
from tests.support.patience import PATIENCE
from tests.support.watched_start import Watched

pytestmark = pytest.mark.slow

SECRET: Final = "a-secret-of-more-than-22-signs"
UNMIGRATED: Final = {"opened": 1, "version": 1, "closed": 1}


@pytest.fixture(params=["demo", "production"])
async def watched(
    bare: Registry, request: pytest.FixtureRequest, tmp_path: Path, valkey_url: str, monkeypatch: pytest.MonkeyPatch
) -> Watched:
    monkeypatch.setenv(EVENTS, str(tmp_path / "events"))
    secret = SecretStr("demo" if request.param == "demo" else SECRET)
    changed = {"env": request.param, "secret": secret, "redis_url": valkey_url}
    if request.param == "production":
        await migrate(bare.database)
    return Watched(bare.settings.model_copy(update=changed), tmp_path / "events")


def once(watched: Watched) -> dict[str, int]:
    """What a start does: only a demonstration migrates."""
    return UNMIGRATED | ({"migrated": 1} if watched.settings.migrates_by_itself else {})


async def test_one_process_opens_migrates_and_closes_once(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    watch(monkeypatch.setattr)
    async with TestClient(TestServer(build(watched.settings))) as client:
        assert (await client.get("/health/ready")).status == 200
    assert watched.seen() == [once(watched)]


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
async def test_zin_serve_opens_migrates_and_closes_once(watched: Watched) -> None:
    await asyncio.to_thread(watched.serve, 1, free_port())
    assert watched.seen() == [once(watched)]


@pytest.mark.parametrize(("server", "watched"), [("sqlite", "demo"), ("postgresql", "production")], indirect=True)
async def test_only_the_parent_of_workers_migrates(watched: Watched) -> None:
    await asyncio.to_thread(watched.serve, 2, free_port())
    assert watched.seen() == [once(watched), *[UNMIGRATED] * 2]


async def test_workers_use_the_prepared_database(bare: Registry) -> None:
    shared = await prepare_workers(bare.settings)
    await verify_version(bare.database)
    sources = await shared.open_sources(bare.settings, bare.database)
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
    ("broken", "error", "reason"),
    [
        (broken_communes, InvalidMenu, r"communes\.csv:1:1"),
        (broken_menu, InvalidMenu, r"home\.yaml:1:"),
        (broken_valkey, StoreUnavailable, "Valkey does not start"),
    ],
)
async def test_failed_start_closes_its_connections(
    bare: Registry, tmp_path: Path, broken: Any, error: type[Exception], reason: str
) -> None:
    with pytest.raises(error, match=reason):
        async with open_services(await broken(bare.settings, tmp_path)):
            pass
    assert await connections(bare) == 0


async def test_failing_sources_start_no_valkey(bare: Registry, tmp_path: Path) -> None:
    async def fails(settings: Settings, database: Database) -> Sources:
        await open_sources(settings, database)
        raise SourceUnavailable("made to fail")

    with pytest.raises(SourceUnavailable, match="made to fail"):
        async with open_services(bare.settings, fails):
            pass
    assert await connections(bare) == 0
    assert not (tmp_path / "valkey.sock").exists()


async def test_cancelled_start_stops_valkey(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
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
    until = time.monotonic() + PATIENCE
    while held := await watching.fetchval("SELECT count(*) FROM pg_stat_activity WHERE datname = $1", name):
        if time.monotonic() > until:
            break
        await asyncio.sleep(0.05)
    await watching.close()
    return int(held)
