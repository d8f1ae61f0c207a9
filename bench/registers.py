"""Measures imports into a register while citizens call: 300 000 requests, an update of 5 000, and the undoing.

    .venv/bin/python -m bench.registers

`zin serve` answers calls for a request all the time, as a citizen does who looks at it again and again. The file is
imported as the admin site does (registers/import_process.py), over SQLite and, if it is installed, over PostgreSQL. Run
it with `make bench`; the rows go to bench/results.md.
"""

from __future__ import annotations

import asyncio
import csv
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from aiohttp import ClientSession
from pydantic import SecretStr

from accounts.accounts import Operator
from bench.processes import free_port, started
from bench.report import add_rows, dated
from database import open_database
from registers.import_process import ImportRequest, import_file
from registers.imports import Order, RegisterImports
from registers.register import find_register
from settings import Settings
from state.identity import Pseudonyms
from tests.support.postgresql import Server, programs

REQUESTS, UPDATED = 300_000, 5_000
BY = Operator("bench", "importer")
PAUSE = 0.01  # seconds between two calls
HEADINGS = ("Référence", "Service", "Statut", "Date", "Observation", "Téléphone", "Date de naissance")
STATUSES = ("Reçue", "En vérification", "Prête")
HEADING = """
# Imports into a register

Some rows for each run of `python -m bench.registers`, newest last: a CSV file of requests, the seconds from its path to
the commit, and the calls of a citizen to the running server meanwhile: half and 99 in 100 were answered within these
milliseconds, and the longest. The first update also deletes what was noted of 300 000 rows. ratio is the seconds over
what is allowed: 15 s for 300 000 rows, 1 s for 5 000.

| date | commit | machine | database | what | s | ratio | calls | p50 ms | p99 ms | longest ms |
|---|---|---|---|---|---|---|---|---|---|---|
"""


def write(file: Path, numbers: Iterator[int], turn: int) -> None:
    """Write a file of made-up requests; the status of each changes from turn to turn."""
    with file.open("w", encoding="utf-8", newline="") as text:
        rows = csv.writer(text, delimiter=";")
        rows.writerow(HEADINGS)
        for number in numbers:
            born = f"{1 + number % 28:02}/{1 + number % 12:02}/{1950 + number % 50}"
            status, phone = STATUSES[(number + turn) % 3], f"01 97 {number % 100:02} 00 {number % 90 + 10}"
            note = f"Exemple {number % 5}"
            rows.writerow((f"EX-{number:08}", "Casier judiciaire", status, "28/09/2026", note, phone, born))


class Caller:
    """A citizen who calls again and again, and how long each answer took."""

    def __init__(self, port: int) -> None:
        self._url, self.milliseconds = f"http://127.0.0.1:{port}/ussd/africastalking/demo", list[float]()

    async def run(self) -> None:
        """Call until cancelled."""
        async with ClientSession() as session:
            while True:
                number = len(self.milliseconds)
                form = {"sessionId": f"s{number}-{perf_counter()}", "serviceCode": "*384*229#", "networkCode": "61603"}
                form |= {"phoneNumber": f"+22901{90000000 + number % 5000}", "text": "2*EX-00000007*1707"}
                since = perf_counter()
                async with session.post(self._url, data=form) as answer:
                    assert answer.status == 200, answer.status
                    await answer.read()
                self.milliseconds.append(1000 * (perf_counter() - since))
                await asyncio.sleep(PAUSE)


async def measure(settings: Settings, port: int, work: Callable[[], object]) -> list[str]:
    """Do this work in a thread while a citizen calls; return its seconds, then the figures of the calls."""
    caller = Caller(port)
    calls = asyncio.create_task(caller.run())
    await asyncio.sleep(1.0)
    caller.milliseconds.clear()
    since = perf_counter()
    await asyncio.to_thread(work)
    seconds = perf_counter() - since
    calls.cancel()
    with suppress(asyncio.CancelledError):
        await calls
    took = sorted(caller.milliseconds) or [0.0]
    shown = (took[len(took) // 2], took[len(took) * 99 // 100], took[-1])
    return [f"{seconds:.2f}", str(len(took)), *(f"{one:.1f}" for one in shown)]


async def run(name: str, url: str) -> None:
    """Measure over one database, and add the rows to bench/results.md."""
    with TemporaryDirectory(prefix="zin-") as folder:
        settings = Settings(data=Path(folder), database_url=SecretStr(url))
        async with serving(settings, Path(folder, "log")) as port:
            every, some = Path(folder, "every.csv"), Path(folder, "some.csv")
            works: list[tuple[str, float, Callable[[], object]]] = [
                ("300 000 new", 15.0, lambda: bring(settings, every)),
                ("300 000, all changed", 15.0, lambda: bring(settings, every)),
                ("first update of 5 000", 1.0, lambda: bring(settings, some, is_update=True)),
                ("next update of 5 000", 1.0, lambda: bring(settings, some, is_update=True)),
                ("undo of 5 000", 1.0, lambda: asyncio.run(undo(settings))),
            ]
            for turn, (what, allowed, work) in enumerate(works):
                write(every, iter(range(REQUESTS)), turn)
                write(some, iter(range(0, REQUESTS, REQUESTS // UPDATED)), turn)
                seconds, *calls = await measure(settings, port, work)
                row = [*dated(), name, what, seconds, f"{float(seconds) / allowed:.2f}", *calls]
                print("  ".join(row[3:]), flush=True)
                add_rows(HEADING, [row])


def bring(settings: Settings, file: Path, *, is_update: bool = False) -> None:
    """Import a file as the admin site does."""
    found = import_file(settings, ImportRequest(file, "requests", order=Order(is_update)), BY)
    assert found.done == "stored", found.why


async def undo(settings: Settings) -> None:
    """Undo the last import."""
    database = open_database(settings)
    try:
        imports = RegisterImports(database, Pseudonyms(settings.secrets.pepper))
        await imports.undo(BY, find_register(settings.menus, "requests"))
    finally:
        await database.close()


@asynccontextmanager
async def serving(settings: Settings, log: Path) -> AsyncIterator[int]:
    """Start a server over this database, and yield its port."""
    port = free_port()
    given = {"ZIN_DATA": str(settings.data), "ZIN_PORT": str(port)}
    given["ZIN_DATABASE_URL"] = settings.database_url.get_secret_value()
    async with started([sys.executable, "-m", "cli.main", "serve"], port, given, log):
        yield port


async def main() -> None:
    """Measure over SQLite, and over PostgreSQL if there is one."""
    await run("SQLite", "")
    if folder := programs():
        server = Server(folder)
        try:
            await run("PostgreSQL", await server.new())
        finally:
            server.remove()


if __name__ == "__main__":
    asyncio.run(main())
