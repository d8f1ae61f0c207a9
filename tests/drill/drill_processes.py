"""Processes of Zin are killed and restarted under callers: part of `make drill`."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import pytest

from tests.drill.installation import Installation
from tests.drill.play import play

pytestmark = pytest.mark.timeout(900)

RESTART = 1.0  # seconds until a killed process is started again, as systemd does it


async def test_worker_killed(site: Installation, tmp_path: Path) -> None:
    async def kill_a_worker_of_each() -> None:
        for server in site.servers:
            os.kill(server.workers[0], signal.SIGKILL)
            await asyncio.sleep(3)

    found = await play("worker_killed", site, kill_a_worker_of_each, proxies=tmp_path)
    assert found.lost <= found.in_flight


async def test_keeper_killed(site: Installation) -> None:
    async def kill_the_parent_of_workers() -> None:
        await site.servers[0].kill()
        await asyncio.sleep(RESTART)
        await site.servers[0].start()

    found = await play("keeper_killed", site, kill_the_parent_of_workers)
    assert found.lost <= found.in_flight


async def test_deliver_killed(site: Installation) -> None:
    async def kill_the_delivery() -> None:
        await site.deliver.kill()
        await asyncio.sleep(RESTART)
        await site.deliver.start()

    found = await play("deliver_killed", site, kill_the_delivery)
    assert found.lost == 0


async def test_rolling_restart(site: Installation, tmp_path: Path) -> None:
    found = await play("rolling_restart", site, site.restart_in_turn, proxies=tmp_path)
    assert found.lost == 0
