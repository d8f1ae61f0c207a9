"""The watched folder: a complete file is imported once, moved and reported; all others wait or stay untouched."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from accounts.accounts import Operator
from registers.import_process import ImportRequest
from registers.imports import Imported, Order
from registers.inbox import DONE, IN_PROGRESS, REFUSED, SETTLED_SECONDS, Inbox
from settings import Settings
from spreadsheets.bounded_process import TURN_TAKEN, NotRead
from state.errors import SourceUnavailable, ZinError
from tests.support.audit_entries import done
from tests.support.database import Registry
from tests.support.register_files import HEADINGS, Office, read_rows, request
from tests.support.result_files import as_csv

FILE = as_csv([HEADINGS, request("CJ1000")])


class Drop:
    """An inbox whose imports are noted; `fails` is raised by the next ones."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.now = folder / "inbox", time.time() + 60
        self.folder.mkdir()
        self.seen: list[tuple[str, str, Order, str]] = []
        self.fails: ZinError | None = None
        self._report = read_rows(folder, request("CJ1000")).report
        self.inbox = Inbox(self.folder, self._settings, self._import, lambda: self.now)

    async def _settings(self) -> Settings:
        return Settings(data=self.folder.parent)

    def _import(self, _: Settings, wanted: ImportRequest, by: Operator) -> Imported:
        assert wanted.file.read_bytes() == FILE
        self.seen.append((wanted.register, wanted.feed, wanted.order, by.name))
        if self.fails:
            raise self.fails
        return Imported("stored", self._report)

    def put(self, name: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(FILE)
        return path

    def names(self, folder: str) -> list[str]:
        """The files there, without the time before their names."""
        found = sorted((self.folder / "requests" / folder).glob("*"))
        return [path.name.split("-", 5)[-1] for path in found]


@pytest.fixture
def drop(tmp_path: Path) -> Drop:
    return Drop(tmp_path)


async def test_file_is_imported_once_moved_and_reported(drop: Drop) -> None:
    drop.put("requests/jour.csv")
    assert (await drop.inbox.take_all(), await drop.inbox.take_all()) == (1, 0)
    assert drop.seen == [("requests", "principal", Order(), "inbox:principal")]
    assert drop.names(DONE) == ["jour.csv", "jour.csv.rapport.txt"]
    assert not list((drop.folder / "requests" / IN_PROGRESS).iterdir())
    (report,) = (drop.folder / "requests" / DONE).glob("*.rapport.txt")
    assert "1 ligne, 0 refusée" in report.read_text()


@pytest.mark.parametrize(
    ("name", "feed", "is_update"),
    [
        ("requests/justice/tout.xlsx", "justice", False),
        ("requests/justice/jour.update.csv", "justice", True),
        ("requests/JOUR.UPDATE.CSV", "principal", True),
        ("requests/Ma Justice/tout.csv", "?", False),
    ],
)
async def test_place_and_name_say_how_it_is_imported(drop: Drop, name: str, feed: str, is_update: bool) -> None:
    drop.put(name)
    await drop.inbox.take_all()
    assert [(one[1], one[2].is_update) for one in drop.seen] == [(feed, is_update)]


async def test_file_that_still_grows_waits(drop: Drop) -> None:
    drop.put("requests/jour.csv")
    drop.now = time.time() + SETTLED_SECONDS / 2
    assert (await drop.inbox.take_all(), drop.seen) == (0, [])


@pytest.mark.parametrize(
    "name",
    ["jour.csv", "requests/.jour.csv", "requests/jour.csv.filepart", "requests/a/b/jour.csv", "requests/done/x.csv"],
)
async def test_other_files_are_left_alone(drop: Drop, name: str) -> None:
    path = drop.put(name)
    assert (await drop.inbox.take_all(), drop.seen) == (0, [])
    assert path.exists()


async def test_link_is_never_followed(drop: Drop) -> None:
    secret = drop.folder.parent / "secret.csv"
    secret.write_bytes(FILE)
    (drop.folder / "requests").mkdir()
    (drop.folder / "requests" / "x.csv").symlink_to(secret)
    (drop.folder / "careers").symlink_to(drop.folder.parent)
    assert (await drop.inbox.take_all(), drop.seen) == (0, [])


async def test_refused_file_is_set_aside_with_the_reason(drop: Drop) -> None:
    drop.put("requests/jour.csv")
    drop.fails = ZinError("Il n'y a pas de registre « requests ».")
    assert await drop.inbox.take_all() == 1
    (report,) = (drop.folder / "requests" / REFUSED).glob("*.rapport.txt")
    assert report.read_text() == "Il n'y a pas de registre « requests ».\n"


@pytest.mark.parametrize("why", [SourceUnavailable("PostgreSQL is down"), NotRead(TURN_TAKEN)])
async def test_file_waits_while_it_cannot_be_imported(drop: Drop, why: ZinError) -> None:
    drop.put("requests/jour.csv")
    drop.fails = why
    assert await drop.inbox.take_all() == 0
    drop.fails = None
    assert await drop.inbox.take_all() == 1
    assert drop.names(DONE) == ["jour.csv", "jour.csv.rapport.txt"]


async def test_two_processes_import_a_file_once(drop: Drop) -> None:
    drop.put("requests/jour.csv")
    with locked(drop.folder):
        assert await drop.inbox.take_all() == 0
    assert await drop.inbox.take_all() == 1


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the lock of the folder, as another process does."""
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


async def test_file_of_a_killed_process_is_taken_up_again(drop: Drop) -> None:
    drop.put(f"requests/{IN_PROGRESS}/2026-11-29-190000-000000-jour.csv")
    assert await drop.inbox.take_all() == 1
    assert drop.names(DONE) == ["jour.csv", "jour.csv.rapport.txt"]


@pytest.mark.slow
async def test_dropped_file_reaches_the_register(registry: Registry, tmp_path: Path) -> None:
    office, folder = Office(registry, tmp_path), tmp_path / "inbox" / "requests" / "justice"
    folder.mkdir(parents=True)
    (folder / "jour.csv").write_bytes(FILE)

    async def settings_now() -> Settings:
        return registry.settings

    inbox = Inbox(tmp_path / "inbox", settings_now, clock=lambda: time.time() + 60)
    assert await inbox.take_all() == 1
    assert await office.stored() == {"CJ1000": "justice:checking"}
    assert [entry.operator for entry in await done(registry.database)] == ["inbox:justice"]
