"""The version before and this one run together on the tables of this one: calls alternate, the outbox is shared."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import select

from bench.processes import free_port
from database import open_database, tables
from database.migrations import NEWEST
from settings import Settings
from tests.support.checking_callers import Gateway, gateway
from tests.support.front_proxies import listens
from tests.support.patience import PATIENCE
from tests.support.postgresql import Server
from tests.support.server_process import ZIN
from tests.support.version_before import ROOT, check_out_before

pytestmark = [pytest.mark.slow, pytest.mark.kill]

SECRET: Final = "k7Vd0bq3XyW9sTz1mNc5Ra"
INPUTS: Final = ("", "1", "0", "3", "0", "2")
MESSAGES: Final = 12  # to each version
OUTBOX: Final = select(tables.outbox.c.state, tables.outbox.c.tries)


@contextmanager
def running(code: Path, settings: dict[str, str], *words: str) -> Iterator[subprocess.Popen[str]]:
    """A process of one version; stopped as systemd does."""
    process = subprocess.Popen(
        [*ZIN, *words], cwd=code, env=os.environ | settings, text=True, stdout=subprocess.DEVNULL
    )
    try:
        yield process
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    finally:
        process.kill()
        process.wait(PATIENCE)


@contextmanager
def serving(code: Path, settings: dict[str, str], data: Path) -> Iterator[str]:
    """`zin serve` of one version, and its address."""
    port = free_port()
    own = {"ZIN_PORT": str(port), "ZIN_DATA": str(data), "ZIN_DRAIN_SECONDS": "0"}
    with running(code, settings | own, "serve") as process:
        until = time.monotonic() + PATIENCE
        while not listens(port):
            assert process.poll() is None, "the server ended"
            assert time.monotonic() < until
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"


async def alternate(versions: Sequence[Gateway], call: str, phone: str) -> list[str]:
    """The screens of one call, whose hops go to the versions in turn."""
    typed, screens = list[str](), list[str]()
    for step, one in enumerate(INPUTS):
        typed += [one] if one else []
        screens.append(await versions[step % len(versions)].hop(call, phone, "*".join(typed)))
    return screens


async def check_calls(before: Gateway, now: Gateway, name: str) -> None:
    """Calls that alternate show at each step what the version that answers it shows in a call of its own."""
    own = [
        await alternate([one], f"{name}-{place}", f"+229019{name}{place}00000")
        for place, one in enumerate((before, now))
    ]
    assert {screen[:3] for screens in own for screen in screens} == {"CON"}
    for first, versions in enumerate(((before, now), (now, before))):
        found = await alternate(versions, f"{name}-mixed-{first}", f"+229019{name}{first}00001")
        assert found == [own[(step + first) % 2][step] for step in range(len(INPUTS))]


@pytest.fixture
async def settings(postgresql: Server, valkey_url: str) -> dict[str, str]:
    given = {"ZIN_ENV": "production", "ZIN_SECRET": SECRET, "ZIN_REDIS_URL": valkey_url}
    return given | {"ZIN_DATABASE_URL": await postgresql.new()}


async def test_both_versions_serve_the_same_citizens(settings: dict[str, str], tmp_path: Path) -> None:
    old = check_out_before(tmp_path / "before")
    if knows_migrate(old):
        await asyncio.to_thread(migrate, old, settings)
    with serving(old, settings, tmp_path / "a") as address:
        async with gateway(address, SECRET) as before:
            await asyncio.to_thread(migrate, ROOT, settings)
            assert await version(settings) == NEWEST
            with serving(ROOT, settings, tmp_path / "b") as other:
                async with gateway(other, SECRET) as now:
                    await check_calls(before, now, "1")
                    await check_messages(before, now)
    with running(old, settings, "deliver") if knows_migrate(old) else nullcontext(), running(ROOT, settings, "deliver"):
        await sent(settings, 2 * MESSAGES)


def knows_migrate(code: Path) -> bool:
    """Whether a version has `zin migrate`, and so starts on the tables of the next one."""
    return (code / "database" / "migrations" / "compatibility.py").exists()


def migrate(code: Path, settings: dict[str, str]) -> None:
    subprocess.run([*ZIN, "migrate"], cwd=code, env=os.environ | settings, check=True)


async def check_messages(before: Gateway, now: Gateway) -> None:
    """Messages to each version are taken."""
    for place, one in enumerate((before, now)):
        for number in range(MESSAGES):
            assert await one.write(f"m-{place}-{number}", f"+2290195{place}{number:05}", "bonjour") == "OK"


async def version(settings: dict[str, str]) -> str:
    database = open_database(Settings(database_url=settings["ZIN_DATABASE_URL"]))
    try:
        return await database.version()
    finally:
        await database.close()


async def sent(settings: dict[str, str], many: int) -> None:
    """Wait until so many messages were shown, since no gateway is set, each in one try."""
    database = open_database(Settings(database_url=settings["ZIN_DATABASE_URL"]))
    try:
        async with asyncio.timeout(PATIENCE):
            while await database.rows(OUTBOX) != [{"state": "cancelled", "tries": 1}] * many:  # noqa: ASYNC110 - elsewhere
                await asyncio.sleep(0.2)
    finally:
        await database.close()
