"""The stores of an installation are killed, restarted, cut off and filled up under callers: part of `make drill`."""

from __future__ import annotations

import asyncio
import resource
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.drill.installation import Installation, Stores, installed
from tests.drill.play import play
from tests.support.postgresql import Server as PostgreSQL
from tests.support.tcp_proxy import TcpProxy, tcp_proxy
from tests.support.valkey import Server as Valkey

pytestmark = pytest.mark.timeout(900)

RESTART = 1.0  # seconds until a killed server is started again, as systemd does it
AWAY = 10.0  # seconds that a partition or a full disk lasts


async def test_valkey_killed(site: Installation, valkey: Valkey) -> None:
    async def kill_and_start() -> None:
        valkey.kill()
        await asyncio.sleep(RESTART)
        await asyncio.to_thread(valkey.start)

    await play("valkey_killed", site, kill_and_start)


async def test_valkey_away(site: Installation, valkey: Valkey) -> None:
    async def kill_and_start_late() -> None:
        valkey.kill()
        await asyncio.sleep(AWAY)
        await asyncio.to_thread(valkey.start)

    await play("valkey_away", site, kill_and_start_late)


async def test_valkey_disk_full(site: Installation, valkey: Valkey) -> None:
    async def fill_and_free() -> None:
        written = max(file.stat().st_size for file in (valkey.folder / "appendonlydir").iterdir())
        limit = (written, resource.RLIM_INFINITY)
        resource.prlimit(valkey.pid, resource.RLIMIT_FSIZE, limit)
        await asyncio.sleep(AWAY)
        resource.prlimit(valkey.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    await play("valkey_disk_full", site, fill_and_free)


@pytest.fixture
async def cable(valkey: Valkey) -> AsyncIterator[TcpProxy]:
    async with tcp_proxy(valkey.socket) as cable:
        yield cable


@pytest.fixture
async def cabled(tmp_path: Path, cable: TcpProxy, postgres: PostgreSQL) -> AsyncIterator[Installation]:
    stores = Stores(await postgres.new(), f"redis://127.0.0.1:{cable.port}")
    async with installed(tmp_path, stores) as site:
        yield site


async def test_valkey_partitioned(cabled: Installation, cable: TcpProxy) -> None:
    async def be_silent() -> None:
        await cable.silent()
        await asyncio.sleep(AWAY)
        await cable.passes()

    await play("valkey_partitioned", cabled, be_silent)


async def test_valkey_slow(cabled: Installation, cable: TcpProxy) -> None:
    async def be_slow() -> None:
        await cable.delayed(0.2)
        await asyncio.sleep(AWAY)
        await cable.passes()

    found = await play("valkey_slow", cabled, be_slow)
    assert found.lost == 0


async def test_postgresql_restarted(site: Installation, postgres: PostgreSQL) -> None:
    async def restart() -> None:
        await asyncio.to_thread(postgres.stop)
        await asyncio.to_thread(postgres.start)

    await play("postgresql_restarted", site, restart)


async def test_postgresql_away(site: Installation, postgres: PostgreSQL) -> None:
    async def stop_and_start_late() -> None:
        await asyncio.to_thread(postgres.stop)
        await asyncio.sleep(AWAY)
        await asyncio.to_thread(postgres.start)

    await play("postgresql_away", site, stop_and_start_late)
