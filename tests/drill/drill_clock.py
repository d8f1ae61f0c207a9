"""The clock of one machine is put forward and back by an hour under callers: part of `make drill`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.drill.installation import Installation, Stores, installed
from tests.drill.play import play
from tests.support.postgresql import Server as PostgreSQL
from tests.support.valkey import Server as Valkey

pytestmark = pytest.mark.timeout(1800)

HOUR = 3600
MINUTES = 720.0  # seconds until every message is answered: the clock delays one by ten minutes (docs/deployment.md)
AWAY = 5.0  # seconds for which the clock is wrong


def library() -> Path | None:
    """The library of Debian's package faketime."""
    return next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)


class Clock:
    """The clock of the processes that are started with `settings`; how long something takes it measures rightly."""

    def __init__(self, file: Path, library: Path) -> None:
        self._file = file
        self.step(0)
        self.settings = {"LD_PRELOAD": str(library), "FAKETIME_TIMESTAMP_FILE": str(file)}
        self.settings |= {"FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}

    def step(self, seconds: int) -> None:
        """Put it so many seconds before the right time."""
        written = self._file.with_suffix(".new")
        written.write_text(f"{seconds:+d}\n")
        written.replace(self._file)


@pytest.fixture
def clock(tmp_path: Path) -> Clock:
    found = library()
    if found is None:
        pytest.skip("Debian's package faketime is not installed")
    return Clock(tmp_path / "clock", found)


@pytest.fixture
async def site(tmp_path: Path, valkey: Valkey, postgres: PostgreSQL, clock: Clock) -> AsyncIterator[Installation]:
    async with installed(tmp_path, Stores(await postgres.new(), valkey.url), first_machine=clock.settings) as site:
        yield site


async def test_clock_stepped(site: Installation, clock: Clock) -> None:
    async def step_forward_and_back() -> None:
        for seconds in (HOUR, -HOUR, 0):
            clock.step(seconds)
            await asyncio.sleep(AWAY)

    found = await play("clock_stepped", site, step_forward_and_back, MINUTES)
    assert found.lost == 0
