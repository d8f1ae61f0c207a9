"""What each register has: its feeds, their rows, and the last import of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from catalog.register_files import RegisterFile
from database.interface import Database, Row
from registers import statements as sql
from reporting.french import format_count, format_minute

MAX_IMPORTS: Final = 1_000  # imports that are looked through for the last one of each feed


@dataclass(frozen=True, slots=True)
class FeedState:
    """One feed of a register: its rows now, and its last import."""

    register: str
    title: str
    feed: str
    rows: int
    last: Row | None

    def line(self) -> str:
        """Return the state in French, in one line."""
        about = f"{self.register}/{self.feed or '(sans nom)'} : {format_count(self.rows, 'ligne')}"
        if self.last is None:
            return about
        done = f"dernier import le {format_minute(self.last['imported_at'])} par {self.last['imported_by']}"
        counts = ", ".join(
            format_count(self.last[name], word)
            for name, word in (("added", "ajoutée"), ("changed", "changée"), ("removed", "supprimée"))
        )
        undone = f" ; annulé par {self.last['undone_by']}" if self.last["undone_at"] is not None else ""
        return f"{about}, {done} ({counts}){undone}"


async def load_states(database: Database, files: Mapping[str, RegisterFile]) -> list[FeedState]:
    """Return the state of each feed of these registers; a register without a row has one without a feed."""
    imports = await database.rows(sql.IMPORTS, most=MAX_IMPORTS)
    last = {(row["register"], row["feed"]): row for row in reversed(imports)}
    found = []
    for name, file in sorted(files.items()):
        counts = {row["feed"]: row["many"] for row in await database.rows(sql.statements_of(file.table).count_by_feed)}
        feeds = sorted({*counts, *(feed for register, feed in last if register == name)}) or [""]
        found += [FeedState(name, file.title, feed, counts.get(feed, 0), last.get((name, feed))) for feed in feeds]
    return found


def state_lines(states: list[FeedState]) -> Iterator[str]:
    """Yield one line for each feed."""
    for state in states:
        is_empty = not state.rows and state.last is None
        yield f"{state.register} : vide, rien n'a été importé ({state.title})" if is_empty else state.line()
