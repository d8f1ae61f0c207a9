"""The refused rows of an import as a file that the page of its report carries: nothing of it is stored."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field
from typing import Final

from admin.csv_text import csv_text
from spreadsheets.rows_to_mend import RowsToMend

NO_ROWS: Final = RowsToMend()


@dataclass(frozen=True, slots=True)
class MendingFile:
    """A CSV in an address that a browser saves without asking a server; more rows are refused than it has."""

    address: str = field(repr=False)
    rows: int
    more: int


def mending_file(found: RowsToMend) -> MendingFile | None:
    """Return the file with the refused rows; None if there are none."""
    if not found.rows:
        return None
    content = b64encode(csv_text(found).encode()).decode()
    return MendingFile(f"data:text/csv;charset=utf-8;base64,{content}", len(found.rows), found.more)
