"""Fills the temporary table of a transaction with many rows at once.

Nobody else sees the table, and no lock is taken: the rows are compared with the real ones by the transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from database.interface import Staged
from database.statements import StatementCompiler

if TYPE_CHECKING:
    import aiosqlite


async def stage_in_postgresql(connection: Any, compiler: StatementCompiler, staged: Staged | None) -> None:
    """Copy the rows into a temporary table of the open transaction."""
    if staged:
        table, names = staged.table.name, staged.table.c.keys()
        await connection.execute(compiler.creation(staged.table))
        await connection.copy_records_to_table(table, records=staged.rows, columns=names)
        await connection.execute(f"ANALYZE {table}")


async def stage_in_sqlite(connection: aiosqlite.Connection, compiler: StatementCompiler, staged: Staged | None) -> None:
    """Insert the rows into a temporary table of this connection, in memory so that nothing is left of it."""
    if staged:
        marks = ", ".join("?" for _ in staged.table.c)
        await connection.execute("PRAGMA temp_store = MEMORY")
        await connection.execute(compiler.creation(staged.table))
        await connection.execute("BEGIN")
        await connection.executemany(
            f"INSERT INTO {staged.table.name} VALUES ({marks})", map(plain_values, staged.rows)
        )
        await connection.execute("COMMIT")


def plain_values(values: Sequence[Any]) -> list[Any]:
    """Convert dates to text, YYYY-MM-DD, because SQLite has no type for them."""
    return [value.isoformat() if isinstance(value, date) else value for value in values]
