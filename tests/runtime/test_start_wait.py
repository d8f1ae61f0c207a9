"""The wait for SQL at start: as long as waiting helps, and said once."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from database.errors import DatabaseAway, NoFreeConnection
from runtime.start_wait import wait_for_sql
from state.errors import SourceUnavailable
from tests.support.patience import PATIENCE


class Database:
    """A database whose preparation fails with these errors, one after the other, and then succeeds."""

    def __init__(self, *errors: Exception) -> None:
        self._errors, self.tries = list(errors), 0

    async def prepare(self) -> None:
        self.tries += 1
        if self._errors:
            raise self._errors.pop(0)


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runtime.start_wait.PAUSE_SECONDS", 0.0)


async def test_database_that_comes_back_is_waited_for_in_one_line() -> None:
    database = Database(DatabaseAway("refused"), NoFreeConnection("too many"), DatabaseAway("starting"))
    with capture_logs() as said:
        await wait_for_sql(database.prepare, PATIENCE)
    assert database.tries == 4
    assert [(line["event"], line.get("why")) for line in said] == [
        ("waiting for SQL", "refused"),
        ("SQL answers", None),
    ]


async def test_ready_database_is_not_spoken_of() -> None:
    with capture_logs() as said:
        await wait_for_sql(Database().prepare, PATIENCE)
    assert said == []


async def test_wait_ends_with_the_last_error() -> None:
    database = Database(DatabaseAway("refused"))
    with pytest.raises(DatabaseAway, match="refused"):
        await wait_for_sql(database.prepare, 0.0)
    assert database.tries == 1


async def test_error_that_no_waiting_ends_is_raised_at_once() -> None:
    database = Database(SourceUnavailable("wrong password"))
    with pytest.raises(SourceUnavailable, match="wrong password"):
        await wait_for_sql(database.prepare, PATIENCE)
    assert database.tries == 1
