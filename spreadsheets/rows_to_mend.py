"""The refused rows of a file as its author gets them back: the same cells, behind a column that says what to mend.

They may name people. They go back to who sent the file, with the answer to it, and are stored nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from spreadsheets.opened_file import OpenedFile
from spreadsheets.refused_rows import RefusedRows, Rejection

HEADING: Final = "À corriger"
MAX_CHARACTERS: Final = 100_000  # of all cells, so that a page carries them


@dataclass(frozen=True, slots=True)
class RowsToMend:
    """Refused rows, each with what to mend in its first cell; more is how many others the file has."""

    headings: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = field(default=(), repr=False)
    more: int = 0

    def __iter__(self) -> Iterator[Sequence[str]]:
        """Yield the headings, then each row."""
        yield (HEADING, *self.headings)
        yield from self.rows


def rows_to_mend(opened: OpenedFile, refused: RefusedRows) -> RowsToMend:
    """Return the refused rows of a file, which is read once more for them; none if nothing is refused."""
    if not refused.lines:
        return RowsToMend()
    rows, room = list[tuple[str, ...]](), MAX_CHARACTERS
    for line, cells in _refused_cells(opened, refused.why):
        row = (_to_mend(line, refused.why[line]), *cells)
        room -= sum(map(len, row))
        if room < 0:
            break
        rows.append(row)
    return RowsToMend(_headings(opened), rows, len(refused.lines) - len(rows))


def _refused_cells(opened: OpenedFile, why: Mapping[int, object]) -> Iterator[tuple[int, list[str]]]:
    for batch in opened.batches(float):
        yield from ((line, cells) for line, _, cells in batch if line in why)


def _headings(opened: OpenedFile) -> tuple[str, ...]:
    return tuple(next(cells for line, _, cells in opened.sheet.rows() if line == opened.columns.line))


def _to_mend(line: int, why: Sequence[Rejection]) -> str:
    parts = (f"{one.reason} ({one.detail})" if one.detail else one.reason for one in why)
    return f"ligne {line} : {' ; '.join(parts)}"
