"""The registry for the tests: `bare` without a table, `registry` empty, `filled` with the sample data.

Each runs once over a SQLite file and once over a real PostgreSQL, one for each process of the tests. Where PostgreSQL's
programs are missing, its tests are skipped and say so.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from database import FILE, open_database
from database.interface import OpenDatabase, Row
from database.migrations import migrate
from settings import Settings
from sources import Sources
from sources.registry import build_sources
from sources.sample_data import load_sample
from tests.support.postgresql import Server, programs

MENUS = Path(__file__).parents[2] / "menus"


@dataclass(slots=True)
class Registry:
    """One test's registry. stop and start are its power switch, whichever database it is."""

    settings: Settings
    database: OpenDatabase
    server: Server | None
    stopped: bool = False

    @property
    def _file(self) -> Path:
        return self.settings.data / FILE

    async def stop(self) -> None:
        self.stopped = True
        if self.server:
            await asyncio.to_thread(self.server.stop)
            return
        self._file.rename(self._file.with_suffix(".away"))
        self._file.write_bytes(b"this is no database " * 1000)
        await self.database.close()  # an open file would go on being read, wherever it is

    async def start(self) -> None:
        self.stopped = False
        if self.server:
            await asyncio.to_thread(self.server.start)
        else:
            self._file.with_suffix(".away").replace(self._file)

    async def add(self, table: Any, *rows: Row) -> None:
        async with self.database.exclusive_transaction() as writer:
            await writer.add(table, rows)

    async def fill(self) -> None:
        await migrate(self.database)
        await load_sample(self.database, self.settings)


def opened(folder: Path, server: Server | None = None, url: str = "") -> Registry:
    settings = Settings(env="demo", data=folder, menus=MENUS, database_url=SecretStr(url))
    return Registry(settings, open_database(settings), server)


def sources_over(settings: Settings) -> Sources:
    """The sources of these settings, over a database that nobody has filled."""
    return build_sources(settings, open_database(settings))


def needed_programs() -> Path:
    """The folder of PostgreSQL's programs; without them, the test is skipped."""
    folder = programs()
    if folder is None:
        pytest.skip("no PostgreSQL here: initdb and postgres were not found")
    return folder


_shared: list[Server] = []  # the one server of this process, once a test needed it


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    server = Server(needed_programs())
    _shared.append(server)
    yield server
    server.remove()


@pytest.fixture(autouse=True)
def databases_removed() -> Iterator[None]:
    """Remove what a test made on the shared server, once all its fixtures ended."""
    before = sum(server.made() for server in _shared)
    yield
    for server in _shared:
        server.keep(before)


@pytest.fixture(scope="module")
def own_postgresql() -> Iterator[Server]:
    """A server beside the one that all tests share, to stop and start."""
    server = Server(needed_programs())
    yield server
    server.remove()


@pytest.fixture(scope="session")
def filled_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a filled SQLite registry is put by the first test that needs one."""
    return tmp_path_factory.mktemp("filled") / FILE


@pytest.fixture(params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest) -> Server | None:
    """The server under this test's registry; None: it is a file."""
    found: Server | None = request.getfixturevalue("postgresql") if request.param == "postgresql" else None
    return found


@pytest.fixture
async def bare(server: Server | None, tmp_path: Path) -> AsyncIterator[Registry]:
    registry = opened(tmp_path, server, await server.new() if server else "")
    yield registry
    await _put_away(registry)


@pytest.fixture
async def registry(bare: Registry) -> Registry:
    await migrate(bare.database)
    return bare


@pytest.fixture
async def filled(server: Server | None, tmp_path: Path, filled_file: Path) -> AsyncIterator[Registry]:
    if server:
        if not server.filled:
            await _fill(opened(tmp_path, server, await server.new(name="filled")))
            server.filled = True
        registry = opened(tmp_path, server, await server.new(template="filled"))
    else:
        if not await asyncio.to_thread(filled_file.exists):
            await _fill(opened(filled_file.parent))
        shutil.copy(filled_file, tmp_path / FILE)
        registry = opened(tmp_path)
    yield registry
    await _put_away(registry)


async def _fill(registry: Registry) -> None:
    await registry.fill()
    await registry.database.close()


async def _put_away(registry: Registry) -> None:
    if registry.stopped:
        await registry.start()
    await registry.database.close()
