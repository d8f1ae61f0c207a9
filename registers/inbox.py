"""A folder that is watched: a file that an administration's SFTP drops is imported once, moved, and reported.

    INBOX/requests/demandes.csv             the whole register of the feed « principal »
    INBOX/requests/justice/demandes.csv     the same for the feed justice
    INBOX/requests/justice/jour.update.csv  only what is new: the rest stays

A file is complete when it has not changed for SETTLED_SECONDS. One process at a time watches the folder; a file in
progress when it was killed is taken up again, and changes nothing if it was already imported. An imported file moves to
done/, any other to refused/, each with its report beside it.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import structlog

from accounts.accounts import Operator
from registers.import_process import ImportRequest, import_file, outcome_lines
from registers.imports import Imported, Order
from registers.register import DEFAULT_FEED, is_feed
from reporting.time_zone import zone
from settings import Settings
from spreadsheets.bounded_process import TURN_TAKEN
from state.errors import SourceUnavailable, ZinError

POLL_SECONDS: Final = 2.0
SETTLED_SECONDS: Final = 5.0  # without a change: an SFTP client writes at least once in a second
IN_PROGRESS, DONE, REFUSED = "in-progress", "done", "refused"
FOLDERS: Final = frozenset({IN_PROGRESS, DONE, REFUSED})
KINDS: Final = frozenset({".csv", ".xlsx", ".txt"})
UPDATE: Final = ".update"
MAX_DEPTH: Final = 2  # register and feed
Import = Callable[[Settings, ImportRequest, Operator], Imported]
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Dropped:
    """A file in the inbox: its path, and the register, the feed and the order that its place and name say."""

    path: Path
    register: str
    feed: str

    @property
    def request(self) -> ImportRequest:
        """The import of this file."""
        order = Order(is_update=Path(self.path.stem).suffix.lower() == UPDATE)
        return ImportRequest(self.path, self.register, self.feed, order)

    @property
    def by(self) -> Operator:
        """Who imports it, as the audit shows it; no account can have this name."""
        return Operator(f"inbox:{self.feed}"[:40], "importer")


class Inbox:
    """The watched folder. settings_now gives the settings with the menus that are published, clock Unix seconds."""

    def __init__(
        self,
        folder: Path,
        settings_now: Callable[[], Awaitable[Settings]],
        import_: Import = import_file,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._folder, self._settings_now, self._import, self._clock = folder, settings_now, import_, clock

    async def take_all(self) -> int:
        """Import every complete file, the oldest first. Returns how many were moved."""
        with _only_process(self._folder) as is_ours:
            if not is_ours:
                return 0
            moved = 0
            for dropped in await asyncio.to_thread(complete_files, self._folder, self._clock()):
                moved += await self._take(dropped)
            return moved

    async def _take(self, dropped: Dropped) -> bool:
        """Import one file and move it; False if it has to wait. Raises ZinError if the menus cannot be read."""
        settings = await self._settings_now()
        dropped = Dropped(await asyncio.to_thread(_claim, dropped.path), dropped.register, dropped.feed)
        try:
            found = await asyncio.to_thread(self._import, settings, dropped.request, dropped.by)
            lines, is_done = outcome_lines(found), found.done != REFUSED
        except ZinError as refused:
            if isinstance(refused, SourceUnavailable) or str(refused) == TURN_TAKEN:
                return False  # the file waits in its folder
            lines, is_done = [str(refused)], False
        await asyncio.to_thread(_put_away, dropped, DONE if is_done else REFUSED, lines)
        log.info("file of the inbox", register=dropped.register, feed=dropped.feed, is_imported=is_done)
        return True


def complete_files(inbox: Path, now: float) -> list[Dropped]:
    """Return the files that are complete at this time (Unix seconds), the oldest first."""
    found = [(path.lstat().st_mtime, path) for path in _files(inbox) if _is_complete(path, now)]
    return [_dropped(inbox, path) for _, path in sorted(found)]


def _files(folder: Path, depth: int = 0) -> Iterator[Path]:
    """Yield the files of registers and feeds, and those that a killed process left in progress."""
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.is_symlink() or path.name.startswith("."):
            continue
        if path.is_dir() and path.name == IN_PROGRESS:
            yield from (one for one in path.iterdir() if _is_ours(one))
        elif path.is_dir() and path.name not in FOLDERS and depth < MAX_DEPTH:
            yield from _files(path, depth + 1)
        elif depth and _is_ours(path):
            yield path


def _is_ours(path: Path) -> bool:
    return path.suffix.lower() in KINDS and path.is_file() and not path.is_symlink()


def _is_complete(path: Path, now: float) -> bool:
    stat = path.lstat()
    return stat.st_size > 0 and now - max(stat.st_mtime, stat.st_ctime) >= SETTLED_SECONDS


def _dropped(inbox: Path, path: Path) -> Dropped:
    parts = [part for part in path.relative_to(inbox).parts[:-1] if part != IN_PROGRESS]
    feed = parts[1] if len(parts) > 1 else DEFAULT_FEED
    return Dropped(path, parts[0], feed if is_feed(feed) else "?")


def _claim(path: Path) -> Path:
    """Move a file to those in progress, under the time of now, so that no later file has its name."""
    if path.parent.name == IN_PROGRESS:
        return path
    stamp = datetime.now(zone()).strftime("%Y-%m-%d-%H%M%S-%f")
    return _move(path, path.parent / IN_PROGRESS, f"{stamp}-{path.name}")


def _move(path: Path, folder: Path, name: str) -> Path:
    folder.mkdir(mode=0o700, exist_ok=True)
    return path.rename(folder / name)


def _put_away(dropped: Dropped, folder: str, lines: list[str]) -> None:
    """Move a file from those in progress, with its report beside it."""
    moved = _move(dropped.path, dropped.path.parents[1] / folder, dropped.path.name)
    report = moved.with_name(f"{moved.name}.rapport.txt")
    report.write_text("\n".join(lines) + "\n", encoding="utf-8")


@contextmanager
def _only_process(folder: Path) -> Iterator[bool]:
    """Hold the lock of the folder; False if another process has it, or there is no such folder."""
    if not folder.is_dir():
        yield False
        return
    with open(os.open(folder / ".lock", os.O_WRONLY | os.O_CREAT, 0o600), "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
