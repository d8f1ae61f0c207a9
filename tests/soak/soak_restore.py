"""A backup under load and its return into an empty installation, over SQLite and PostgreSQL: part of `make soak`.

As docs/keeping.md says: `zin backup` runs while citizens call and write, `zin restore` fills an empty place, and what
citizens read there is what they read before. Messages wait there, because the gateways are paused.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import literal_column, select

from bench.processes import free_port
from database import open_database, tables
from settings import Settings
from tests.drill.crowd import Crowd
from tests.drill.front import Front, front
from tests.drill.installation import SECRET, Installation, Stores, environment, installed
from tests.drill.scripts import Scripts
from tests.drill.zin_process import ZinProcess
from tests.support.database import needed_programs
from tests.support.postgresql import Server as PostgreSQL
from tests.support.server_process import zin
from tests.support.valkey import Server as Valkey

pytestmark = pytest.mark.timeout(900)

CALM: Final = 5.0  # seconds of calls before the backup
NUMBERS: Final = itertools.count(60_000_001)  # of citizens who call and write after the return
_O = tables.outbox.c
NOT_SENT: Final = select(_O.text).where(_O.state.in_([literal_column("'queued'"), literal_column("'sending'")]))


class Places:
    """Two empty places for an installation: each with a folder, a Valkey, and a database unless it uses SQLite."""

    def __init__(self, folder: Path, server: PostgreSQL | None) -> None:
        self.folders = (folder / "first", folder / "second")
        for one in self.folders:
            one.mkdir()
        self.valkeys, self._server = tuple(map(Valkey, self.folders)), server

    async def stores(self, place: int) -> Stores:
        """The stores of one place."""
        return Stores(await self._server.new() if self._server else "", self.valkeys[place].url)


@pytest.fixture(params=["sqlite", "postgresql"])
def postgres(request: pytest.FixtureRequest) -> Iterator[PostgreSQL | None]:
    server = PostgreSQL(needed_programs()) if request.param == "postgresql" else None
    yield server
    if server:
        server.remove()


@pytest.fixture
def places(tmp_path: Path, postgres: PostgreSQL | None) -> Iterator[Places]:
    made = Places(tmp_path, postgres)
    for valkey in made.valkeys:
        valkey.start()
    yield made
    for valkey in made.valkeys:
        valkey.kill()


async def test_citizens_read_the_same_after_a_return(places: Places, tmp_path: Path) -> None:
    file = tmp_path / "night.zin"
    async with installed(places.folders[0], await places.stores(0)) as site:
        await back_up_under_load(site, file)
        first = site.deliver.settings
        second = environment(places.folders[1], await places.stores(1), first["ZIN_AT_URL"], first["ZIN_WHATSAPP_URL"])
        restored = await asyncio.to_thread(zin, "restore", str(file), **second)
        assert restored.returncode == 0, restored.stderr
        waited = await texts_not_sent(second)
        server = ZinProcess(tmp_path / "second.log", second | {"ZIN_PORT": str(free_port())}, "serve")
        try:
            await server.start()
            async with front([server.port]) as after:
                messages = await read_again(after, site.scripts)
        finally:
            await server.remove()
        assert sorted(await texts_not_sent(second)) == sorted([*waited, *messages])


async def back_up_under_load(site: Installation, file: Path) -> None:
    """Run `zin backup` while citizens call and write, who notice nothing of it."""
    async with front(site.ports) as before:
        crowd = Crowd(before, site.scripts, SECRET)
        site.sms.says, site.sms.keeps, site.cloud.hears = crowd.take_sms, False, crowd.take_chat
        calling = asyncio.create_task(crowd.run())
        try:
            await asyncio.sleep(CALM)
            made = await asyncio.to_thread(zin, "backup", str(file), "--verify", **site.deliver.settings)
            crowd.stop()
            await calling
        finally:
            calling.cancel()
    found = crowd.seen.figures(0.0)
    print(f"\n{made.stdout}{made.stderr}{found}")
    assert made.returncode == 0
    assert (found.lost, found.wrong, found.messages_lost) == (0, (), 0)


async def read_again(after: Front, scripts: Scripts) -> list[str]:
    """Call and write as before; each call reads what the menu says. Returns what the messages are to be answered."""
    for script in scripts["ussd"]:
        assert await call(after, [step.typed for step in script]) == [step.read for step in script]
    for script in scripts["sms"]:
        number = next(NUMBERS)
        form = {"from": f"+22901{number}", "to": "5000", "text": script[0].typed, "id": str(number)}
        assert await after.post(f"/sms/africastalking/{SECRET}", form, {})
    return [script[0].read for script in scripts["sms"]]


async def call(after: Front, typed: Sequence[str]) -> list[str]:
    """The screens of one call, in which all of this is typed."""
    number = next(NUMBERS)
    form = {"sessionId": f"ATUid_{number}", "serviceCode": "*384*229#", "phoneNumber": f"+22901{number}"}
    texts = ["*".join(typed[1 : place + 1]) for place in range(len(typed))]
    path = f"/ussd/africastalking/{SECRET}"
    return [(await after.post(path, form | {"text": text}, {})).removesuffix("\n") for text in texts]


async def texts_not_sent(given: Mapping[str, str]) -> list[str]:
    """The texts that wait for a gateway."""
    known = {"data": given["ZIN_DATA"], "database_url": given["ZIN_DATABASE_URL"]}
    database = open_database(Settings.model_validate(known))
    try:
        rows = await database.rows(NOT_SENT)
    finally:
        await database.close()
    return [str(row["text"]) for row in rows]
