"""The tables of the imports of registers: what was imported, and the rows that the last import changed.

A register is a table of citizens' facts that administrations feed: requests, careers (database/tables/services.py).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text

from database.tables.metadata import metadata
from database.tables.services import careers, requests

# One import of a feed of a register. A feed is an administration that owns rows; no import touches those of another.
register_imports = Table(
    "register_imports",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),  # from 1
    Column("register", String(40), nullable=False),  # file name in menus/registers
    Column("feed", String(40), nullable=False),
    Column("sha256", String(64), nullable=False),  # of the file
    Column("rows", Integer, nullable=False),
    Column("added", Integer, nullable=False),
    Column("changed", Integer, nullable=False),
    Column("removed", Integer, nullable=False),
    Column("imported_by", String(40), nullable=False),
    Column("imported_at", BigInteger, nullable=False),  # Unix seconds, as below
    Column("undone_by", String(40), nullable=False),  # empty: it was not undone
    Column("undone_at", BigInteger),
    Column("report", Text, nullable=False),  # the report of the import, JSON
    Index("register_imports_feed", "register", "feed", "number"),
    sqlite_with_rowid=False,
)


def _before(table: Table) -> Table:
    """Make the table of the rows that the last import of each feed changed, as they were before it.

    A row that it added has its key only, and existed is false.
    """
    (key,) = table.primary_key
    return Table(
        f"{table.name}_before",
        metadata,
        Column("feed", String(40), primary_key=True),
        Column(key.name, key.type, primary_key=True),
        *(Column(one.name, one.type) for one in table.c if one is not key and one.name != "feed"),
        Column("existed", Boolean, nullable=False),
        sqlite_with_rowid=False,
    )


requests_before, careers_before = _before(requests), _before(careers)
BEFORE: dict[Any, Table] = {requests: requests_before, careers: careers_before}
