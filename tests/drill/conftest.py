"""The stores of a drill, and the installation over them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.drill.installation import Installation, Stores, installed
from tests.support.postgresql import Server as PostgreSQL
from tests.support.postgresql import programs
from tests.support.valkey import Server as Valkey

APPENDED = ("--appendonly", "yes", "--appendfsync", "everysec")  # as docs/availability.md asks for


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[Valkey]:
    server = Valkey(tmp_path, *APPENDED)
    server.start()
    yield server
    server.kill()


@pytest.fixture
def postgres() -> Iterator[PostgreSQL]:
    folder = programs()
    if folder is None:
        pytest.skip("no PostgreSQL here: initdb and postgres were not found")
    server = PostgreSQL(folder)
    yield server
    server.remove()


@pytest.fixture
async def site(tmp_path: Path, valkey: Valkey, postgres: PostgreSQL) -> AsyncIterator[Installation]:
    async with installed(tmp_path, Stores(await postgres.new(), valkey.url)) as site:
        yield site
