"""Statements that write to a SQLite file share a transaction, fail alone, and return after the commit.

Whatever is raised, nobody is left waiting, of reads neither, and who asks next is served.
"""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from database.sqlite_reader import Reader
from database.sqlite_writer import Writes
from state.errors import SourceUnavailable
from tests.support.patience import PATIENCE

ADD = "INSERT INTO fruits VALUES (?) RETURNING name"


class File:
    """A file with one table, and how often it was opened to be written; `broken` makes that fail."""

    def __init__(self, path: Path) -> None:
        self.path, self.opened, self.broken = path, 0, False
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("CREATE TABLE fruits (name TEXT PRIMARY KEY)")
        self.writes = Writes(self.open)

    def open(self) -> sqlite3.Connection:
        self.opened += 1
        if self.broken:
            raise sqlite3.OperationalError("fails on purpose")
        connection = sqlite3.connect(self.path, isolation_level=None)
        connection.row_factory = sqlite3.Row
        return connection

    def fruits(self) -> list[str]:
        with closing(sqlite3.connect(self.path)) as connection:
            return [name for (name,) in connection.execute("SELECT name FROM fruits ORDER BY name")]


@pytest.fixture
def file(tmp_path: Path) -> File:
    return File(tmp_path / "fruits.sqlite")


async def test_statement_returns_its_rows_after_the_commit(file: File) -> None:
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


async def test_unopened_file_fails_only_the_waiting_statements(file: File) -> None:
    file.broken = True
    ended = await asyncio.gather(*(file.writes.run(ADD, [name]) for name in "ab"), return_exceptions=True)
    assert [type(end) for end in ended] == [sqlite3.OperationalError] * 2
    file.broken = False
    assert await file.writes.run(ADD, ["a"]) == [{"name": "a"}]


async def test_cancelled_caller_leaves_the_statement(file: File) -> None:
    impatient = asyncio.create_task(file.writes.run(ADD, ["mango"]))
    await asyncio.sleep(0)
    impatient.cancel()
    await file.writes.run(ADD, ["papaya"])
    await file.writes.close()
    assert file.fruits() == ["mango", "papaya"]


VALUES: list[Any] = [
    2**63,
    10**23,
    "\ud800",
    ["a list"],
    {},
    object(),
]  # of which the driver makes errors of four kinds


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
async def test_unstorable_value_fails_alone(file: File, value: Any) -> None:
    async with asyncio.timeout(PATIENCE):
        ended = await asyncio.gather(
            *(file.writes.run(ADD, [one]) for one in ("mango", value, "papaya")), return_exceptions=True
        )
        assert [isinstance(end, Exception) for end in ended] == [False, True, False]
        assert await file.writes.run(ADD, ["guava"]) == [{"name": "guava"}]
    assert file.fruits() == ["guava", "mango", "papaya"]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
async def test_a_question_with_such_a_value_fails_alone(file: File, value: Any) -> None:
    reader = Reader(file.path)
    asked = "SELECT ? AS said"
    async with asyncio.timeout(PATIENCE):
        found = await asyncio.gather(*(reader.ask(asked, [one]) for one in ("a", value, "b")), return_exceptions=True)
        assert [isinstance(one, Exception) for one in found] == [False, True, False]
        assert await reader.ask(asked, ["c"]) == [{"said": "c"}]
        await reader.close()


async def test_unexpected_error_fails_only_the_waiting_statements(file: File, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any) -> Any:
        raise MemoryError

    reader = Reader(file.path)
    with monkeypatch.context() as broken:
        broken.setattr(file.writes, "_transaction", fails)
        broken.setattr(reader, "_read", fails)
        async with asyncio.timeout(PATIENCE):
            tries = (*(file.writes.run(ADD, [name]) for name in "ab"), reader.ask("SELECT 1 AS one", []))
            ended = await asyncio.gather(*tries, return_exceptions=True)
    assert [type(end) for end in ended] == [MemoryError] * 3
    assert await file.writes.run(ADD, ["a"]) == [{"name": "a"}]
    assert await reader.ask("SELECT 1 AS one", []) == [{"one": 1}]
    await reader.close()


async def test_cancelled_writer_fails_the_waiting_statements(file: File) -> None:
    waiting = asyncio.gather(*(file.writes.run(ADD, [name]) for name in "ab"), return_exceptions=True)
    for _ in range(2):
        await asyncio.sleep(0)
    assert file.writes._calls._work
    file.writes._calls._work.cancel()
    async with asyncio.timeout(PATIENCE):
        assert [type(end) for end in await waiting] == [SourceUnavailable] * 2
        assert await file.writes.run(ADD, ["c"]) == [{"name": "c"}]
