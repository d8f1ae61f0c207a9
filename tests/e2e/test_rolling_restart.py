"""Two servers behind a real proxy are restarted, one after the other, and no caller and no message notices.

The proxies have the files of deploy/. `pytest -s` prints the table of docs/upgrading.md.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import select

from bench.processes import free_port
from database import open_database, tables
from settings import Settings
from tests.support.checking_callers import calling, gateway
from tests.support.front_proxies import KINDS, proxied
from tests.support.patience import PATIENCE
from tests.support.postgresql import Server
from tests.support.server_process import ZIN, end_with_children, zin

pytestmark = [pytest.mark.slow, pytest.mark.kill]

SECRET: Final = "k7Vd0bq3XyW9sTz1mNc5Ra"
INPUTS: Final = ("", "1", "0", "3")
CITIZENS: Final = 12
DRAIN_SECONDS: Final = 4.5  # longer than keepalive_timeout of nginx
SEEN_SECONDS: Final = 3.0  # until a proxy has seen that a server is ready again


class Machine:
    """One `zin serve` with two workers, which can be restarted."""

    def __init__(self, folder: Path, settings: dict[str, str]) -> None:
        self.port, self._log = free_port(), folder / "log"
        own = {"ZIN_PORT": str(self.port), "ZIN_DATA": str(folder), "ZIN_DRAIN_SECONDS": str(DRAIN_SECONDS)}
        self._settings = os.environ | settings | own
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it is ready."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*ZIN, "serve", "--workers", "2"], env=self._settings, stdout=log, stderr=log
            )
        until = time.monotonic() + PATIENCE
        while self.readiness() != 200:
            assert self._process.poll() is None, self._log.read_text()
            assert time.monotonic() < until, "not ready"
            time.sleep(0.1)

    def stop(self) -> None:
        """Stop it as systemd does, and wait until it has ended."""
        assert self._process
        self._process.send_signal(signal.SIGTERM)
        assert self._process.wait(PATIENCE) == 0, self._log.read_text()
        self._process = None

    def readiness(self) -> int:
        """The status of its readiness, 0 without an answer."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health/ready", timeout=5) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refused:
            return refused.code
        except OSError:
            return 0

    def remove(self) -> None:
        """End it, however it stands."""
        if self._process:
            end_with_children(self._process)


@pytest.fixture
async def settings(postgresql: Server, valkey_url: str, tmp_path: Path) -> dict[str, str]:
    given = {"ZIN_ENV": "production", "ZIN_SECRET": SECRET, "ZIN_REDIS_URL": valkey_url, "ZIN_HOP_SECONDS": "5"}
    given |= {"ZIN_SOURCE_SECONDS": "3", "ZIN_CONNECT_SECONDS": "1", "ZIN_DATABASE_URL": await postgresql.new()}
    migrated = await asyncio.to_thread(zin, "migrate", **given, ZIN_DATA=str(tmp_path))
    assert migrated.returncode == 0, migrated.stderr
    return given


@pytest.fixture
def machines(settings: dict[str, str], tmp_path: Path) -> Iterator[list[Machine]]:
    folders = [tmp_path / name for name in ("one", "two")]
    for folder in folders:
        folder.mkdir()
    made = [Machine(folder, settings) for folder in folders]
    try:
        for machine in made:
            machine.start()
        yield made
    finally:
        for machine in made:
            machine.remove()


async def restart(machines: list[Machine]) -> None:
    """Restart one after the other, as docs/upgrading.md says."""
    for machine in machines:
        await asyncio.to_thread(machine.stop)
        await asyncio.to_thread(machine.start)
        await asyncio.sleep(SEEN_SECONDS)


@pytest.mark.parametrize("kind", KINDS)
async def test_rolling_restart_loses_nothing(
    kind: str, machines: list[Machine], settings: dict[str, str], tmp_path: Path
) -> None:
    with proxied(kind, tmp_path, [machine.port for machine in machines]) as proxy:
        async with gateway(f"https://127.0.0.1:{proxy.port}", SECRET) as one:
            screens = [screen async for _, screen in one.call(INPUTS)]
            assert [screen[:3] for screen in screens] == ["CON"] * len(INPUTS), screens
            async with calling(one, INPUTS, screens, CITIZENS) as seen:
                await restart(machines)
        print(f"\n{seen.row(f'rolling restart behind {kind}')}")
        assert (seen.lost, seen.wrong) == ([], []), proxy.log()[-2000:]
        assert seen.answered > CITIZENS * len(INPUTS)
        assert SECRET not in proxy.log()
    assert await answers(settings) == seen.written


async def answers(settings: dict[str, str]) -> int:
    """How many messages stand in the outbox or wait for their answer."""
    database = open_database(Settings(database_url=settings["ZIN_DATABASE_URL"]))
    try:
        found = [len(await database.rows(select(table))) for table in (tables.outbox, tables.promises)]
    finally:
        await database.close()
    return sum(found)
