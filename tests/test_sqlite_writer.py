"""Statements that write to a SQLite file share a transaction, fail alone, and are kept before anybody is told."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest

from registry.sqlite_writer import Writes

ADD = "INSERT INTO fruits VALUES (?) RETURNING name"


class File:
    """A file with one table, and how often it was opened to be written; `broken` makes that fail."""

    def __init__(self, path: Path) -> None:
        self.path, self.opened, self.broken = path, 0, False
        with sqlite3.connect(path) as connection:
            connection.execute("CREATE TABLE fruits (name TEXT PRIMARY KEY)")
        self.writes = Writes(self.open)

    def open(self) -> sqlite3.Connection:
        self.opened += 1
        if self.broken:
            raise sqlite3.OperationalError("told to fail")
        connection = sqlite3.connect(self.path, isolation_level=None)
        connection.row_factory = sqlite3.Row
        return connection

    def fruits(self) -> list[str]:
        with sqlite3.connect(self.path) as connection:
            return [name for (name,) in connection.execute("SELECT name FROM fruits ORDER BY name")]


@pytest.fixture
def file(tmp_path: Path) -> File:
    return File(tmp_path / "fruits.sqlite")


async def test_a_statement_gives_what_it_returns_and_is_kept_by_then(file: File) -> None:
    assert await file.writes.run(ADD, ["mango"]) == [{"name": "mango"}]
    assert file.fruits() == ["mango"]


async def test_statements_of_the_same_moment_share_a_transaction(file: File) -> None:
    await asyncio.gather(*(file.writes.run(ADD, [f"fruit {number:03}"]) for number in range(200)))
    assert len(file.fruits()) == 200
    assert file.opened < 5


async def test_a_statement_that_fails_is_undone_alone(file: File) -> None:
    named: list[str | None] = ["mango", None, "mango", "papaya"]
    ended = await asyncio.gather(*(file.writes.run(ADD, [name]) for name in named), return_exceptions=True)
    assert [type(end) for end in ended] == [list, list, sqlite3.IntegrityError, list]
    assert await file.writes.run("DELETE FROM fruits WHERE name IS NULL RETURNING 1 AS gone", []) == [{"gone": 1}]
    assert file.fruits() == ["mango", "papaya"]


async def test_a_file_that_cannot_be_opened_fails_all_who_wait_and_the_next_is_served(file: File) -> None:
    file.broken = True
    ended = await asyncio.gather(*(file.writes.run(ADD, [name]) for name in "ab"), return_exceptions=True)
    assert [type(end) for end in ended] == [sqlite3.OperationalError] * 2
    file.broken = False
    assert await file.writes.run(ADD, ["a"]) == [{"name": "a"}]


async def test_who_stops_waiting_does_not_take_the_statement_back(file: File) -> None:
    impatient = asyncio.create_task(file.writes.run(ADD, ["mango"]))
    await asyncio.sleep(0)
    impatient.cancel()
    await file.writes.run(ADD, ["papaya"])
    await file.writes.close()
    assert file.fruits() == ["mango", "papaya"]
