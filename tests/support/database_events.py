"""`zin serve` that writes down what becomes of its registry: run as a module, its workers write to the same file.

A line says which process did what: `opened`, where a database was asked for the first time, `version`, where its
version was, `migrated`, `closed`, and `late`, where it was asked after it had been closed.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cli.processes
import database.migrations
from database import FILE
from database.postgresql import PostgreSQL
from database.sqlite import SQLite
from settings import load

EVENTS = "DATABASE_EVENTS"  # the environment's name for the file


def note(event: str) -> None:
    with Path(os.environ[EVENTS]).open("a") as file:
        file.write(f"{os.getpid()} {event}\n")


def watch(put: Callable[[Any, str, Any], None] = setattr) -> None:
    """Have each call to a registry, and each migration, written down."""
    for kind in (SQLite, PostgreSQL):
        for name in ("rows", "write", "exclusive_transaction", "version", "close"):
            put(kind, name, _watched(name, getattr(kind, name)))
    script = database.migrations.script

    def migrated(dialect: str, reached: str) -> str:
        note("migrated")
        return script(dialect, reached)

    put(database.migrations, "script", migrated)


def _watched(name: str, method: Callable[..., Any]) -> Callable[..., Any]:
    def watched(database: Any, *given: Any, **values: Any) -> Any:
        if _is_registry(database):
            seen = database.__dict__.setdefault("seen", set())
            if name == "close":
                note("closed")
            elif "close" in seen:
                note("late")
            elif not seen:
                note("opened")
            if name == "version":
                note("version")
            seen.add(name)
        return method(database, *given, **values)

    return watched


def _is_registry(database: Any) -> bool:
    """Whether it is not the desk's own, where sandbox phones are stored."""
    return isinstance(database, PostgreSQL) or database._path.name == FILE


if __name__ in ("__main__", "__mp_main__"):  # a worker runs the module of the process that spawned it by that name
    watch()

if __name__ == "__main__":
    cli.processes.run_server(load(), int(sys.argv[1]), print)
