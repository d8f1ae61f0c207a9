"""Which programs can live with tables of a newer version than their own: the database says it, not the program.

Each step names the oldest program that can live with it (`compatible_from`, a number like NEWEST), and the migration
writes that into `schema_compatibility`. So a program of before knows what became of the tables without knowing the
step. A step without a row is one that nobody of before can live with.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import ModuleType
from typing import Final

from sqlalchemy import select

from database.interface import Database
from database.tables.schema import schema_compatibility

STEPS: Final = select(schema_compatibility)
_TABLE: Final = schema_compatibility.name
_CREATE: Final = (
    f"CREATE TABLE IF NOT EXISTS {_TABLE} "
    "(revision VARCHAR(32) NOT NULL PRIMARY KEY, compatible_from VARCHAR(32) NOT NULL){};\n"
)
_FORM: Final = {"sqlite": " WITHOUT ROWID"}  # as database/tables/schema.py declares it


def statements(dialect: str, steps: Iterable[ModuleType]) -> str:
    """Return the SQL that records which programs can live with these steps."""
    declared = [(step.revision, step.compatible_from) for step in steps if hasattr(step, "compatible_from")]
    rows = [
        f"INSERT INTO {_TABLE} (revision, compatible_from) VALUES ('{revision}', '{oldest}') "
        "ON CONFLICT (revision) DO UPDATE SET compatible_from = excluded.compatible_from;\n"
        for revision, oldest in declared
    ]
    return "".join((_CREATE.format(_FORM.get(dialect, "")), *rows))


async def can_live_with(database: Database, own: str, reached: str) -> bool:
    """Whether a program whose newest step is `own` can live with tables at `reached`. Raises SourceUnavailable."""
    steps = {row["revision"]: row["compatible_from"] for row in await database.rows(STEPS)}
    newer = [oldest for revision, oldest in steps.items() if own < revision <= reached]
    return reached in steps and max(newer) <= own
