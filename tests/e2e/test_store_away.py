"""What comes in while Valkey or SQL is away, by the table in docs/availability.md: nothing lost, twice or wrong."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest
from pydantic import SecretStr

from database import FILE
from server import SERVICES
from tests.support.away_events import WRITERS, Call
from tests.support.away_writers import Writer, until
from tests.support.city import City, city
from tests.support.postgresql import Server as PostgreSQL
from tests.support.valkey import Server as Valkey

pytestmark = [pytest.mark.slow, pytest.mark.kill]

PAGE: Final = Path(__file__).parents[2] / "docs" / "availability.md"
ROW: Final = re.compile(r"^\| (.+) \| (\d{3}): (.+) \| (\d{3}): (.+) \| (\d{3}): (.+) \|$", re.MULTILINE)
# On a busy machine nothing may be late that is not away.
PATIENT: Final = {"connect_seconds": 3.0, "source_seconds": 8.0, "hop_seconds": 9.5}
COLUMNS: Final = {"valkey": 1, "sql": 3, "both": 5}


class Stores:
    """A Valkey and a database that can be taken away. how is « killed » or « hangs », of Valkey."""

    def __init__(self, valkey: Valkey, sql: PostgreSQL | Path, how: str) -> None:
        self._valkey, self._sql, self._how = valkey, sql, how

    async def take_away(self, what: str) -> None:
        if what != "sql":
            await asyncio.to_thread(self._valkey.hang if self._how == "hangs" else self._valkey.kill)
        if what != "valkey":
            await asyncio.to_thread(self._stop_sql)

    async def bring_back(self, what: str) -> None:
        if what != "valkey":
            await asyncio.to_thread(self._start_sql)
        if what != "sql":
            await asyncio.to_thread(self._valkey.go_on if self._how == "hangs" else self._valkey.start)

    def _stop_sql(self) -> None:
        if isinstance(self._sql, PostgreSQL):
            self._sql.stop()
            return
        for file in self._sql.glob(f"{FILE}*"):
            file.rename(file.with_name(f"away-{file.name}"))

    def _start_sql(self) -> None:
        if isinstance(self._sql, PostgreSQL):
            self._sql.start()
            return
        for file in self._sql.glob(f"away-{FILE}*"):
            file.rename(file.with_name(file.name.removeprefix("away-")))


Opened = tuple[Stores, Valkey, PostgreSQL | None]


class Outcome(NamedTuple):
    """The statuses of one kind of request while a store was away, and what became of them."""

    statuses: frozenset[int]
    lost: int = 0
    twice: int = 0
    wrong: int = 0


def table(what: str) -> Mapping[str, tuple[int, str]]:
    """The status and the words of one column, by what comes in."""
    found = ROW.findall(PAGE.read_text(encoding="utf-8"))
    return {row[0]: (int(row[COLUMNS[what]]), row[COLUMNS[what] + 1]) for row in found}


def outcome(writer: Writer, come: list[str], *, ordered: bool) -> Outcome:
    wanted, got = Counter(writer.wanted), Counter(come)
    lost, more = (wanted - got).total(), got - wanted
    twice = sum(many for text, many in more.items() if text in wanted)
    is_wrong = ordered and not (lost or more) and come != writer.wanted
    return Outcome(frozenset(writer.statuses), lost, twice, more.total() - twice + is_wrong)


@pytest.fixture(params=["killed, sqlite", "hangs, postgresql"])
def stores(
    request: pytest.FixtureRequest, own_valkey: Valkey, tmp_path: Path
) -> tuple[Stores, Valkey, PostgreSQL | None]:
    how, _, kind = request.param.partition(", ")
    server: PostgreSQL | None = request.getfixturevalue("postgresql") if kind == "postgresql" else None
    return Stores(own_valkey, server or tmp_path, how), own_valkey, server


def test_table_has_every_kind_once() -> None:
    assert sorted(table("both")) == sorted(writer.name for writer in WRITERS)


@pytest.mark.parametrize("what", COLUMNS)
async def test_nothing_is_lost_twice_or_wrong(
    what: str,
    stores: Opened,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("channels.workers.delivery.IDLE", 0.05)
    monkeypatch.setattr("channels.workers.postponed_messages.IDLE", 0.1)
    monkeypatch.setattr("api.message_dispatch.IDLE_SECONDS", 0.1)
    switch, valkey, server = stores
    more: dict[str, Any] = {"database_url": SecretStr(await server.new())} if server else {}
    more |= PATIENT
    async with city(valkey.url, tmp_path, quiet_hours="", env="demo", **more) as zin:
        writers = [kind(zin, number) for number, kind in enumerate(WRITERS, 1)]
        for writer in writers:
            await writer.prepare()
        await switch.take_away(what)
        try:
            await asyncio.gather(*(writer.write() for writer in writers))
        finally:
            await switch.bring_back(what)
        for writer in writers:
            if isinstance(writer, Call):
                writer.wanted = ["END" if "call again" in table(what)[writer.name][1] else "CON"]
        await settle(zin, writers)
        found = {writer.name: outcome(writer, await writer.come(), ordered=what == "valkey") for writer in writers}
    assert found == {name: Outcome(frozenset({status})) for name, (status, _) in table(what).items()}


async def settle(zin: City, writers: list[Writer]) -> None:
    """Let the gateways send again what was refused, then what was taken, and wait until nothing is left to do."""
    services = zin.client.app[SERVICES].messaging

    async def is_idle() -> bool:
        waiting = await services.promises.waiting()
        return not (waiting["message"] or await services.outbox.gateways())

    for writer in writers:
        await until(lambda writer=writer: none_is_refused(writer))  # type: ignore[misc]
    for writer in writers:
        await until(lambda writer=writer: has_all(writer))  # type: ignore[misc]
    for writer in writers:
        await writer.repeat_all()
    await until(is_idle)


async def none_is_refused(writer: Writer) -> bool:
    return not await writer.repeat_refused()


async def has_all(writer: Writer) -> bool:
    return len(await writer.come()) >= len(writer.wanted)
