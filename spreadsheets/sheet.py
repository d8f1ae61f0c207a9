"""A results file as rows of text cells, and the error for a file that cannot be read.

A File gives one or more Sheets (`csv_files`, `excel`): the same bytes in each possible interpretation. The reader
selects the sheet that has headings (`columns`).
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Literal, Protocol

from state.errors import Problem, ZinError

Numbered = tuple[int, int, list[str]]  # a row: its first and last line in the file, from 1, and its cells
LONGEST_SHOWN = 30  # characters
# Why the text of a cell may not be what the office sees: its number format, a date made of it, an error of a
# calculation, a line through it, a merged range that begins above or beside it, a hidden row.
Doubt = Literal["format", "date", "error", "struck", "merged above", "merged beside", "hidden row"]
Doubts = dict[int, list[tuple[int, Doubt]]]  # by line: the place of the cell, from 0, and the doubt


class FileBroken(ZinError):
    """A results file that cannot be read, and what its author must do; nothing of it is stored."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem

    def __reduce__(self) -> tuple[type[FileBroken], tuple[Problem]]:
        """Pickle the error, so that it can pass between processes."""
        return type(self), (self.problem,)


@dataclass(frozen=True, slots=True)
class File:
    """The bytes of a file, and the name shown in error messages."""

    name: str
    raw: bytes = field(repr=False)

    def broken(self, what: str, line: int = 1, column: int = 1) -> FileBroken:
        """Return the error for this file at this line and column."""
        return FileBroken(Problem(self.name, line, column, what))

    def line_at(self, byte: int) -> int:
        """Return the line of this byte, from 1, for each of the three kinds of line ends."""
        before = self.raw[:byte]
        return 1 + before.count(b"\n") + before.count(b"\r") - before.count(b"\r\n")


@dataclass(frozen=True, slots=True)
class Form:
    """How a file was read: a CSV has an encoding and a separator, a workbook a sheet; the other fields are ""."""

    encoding: str = ""
    separator: str = ""
    sheet: str = ""


class Sheet(Protocol):
    """One interpretation of a file. tests/results/importing/test_reader.py is the contract."""

    @property
    def form(self) -> Form:
        """How the file was read."""

    @property
    def hidden_columns(self) -> AbstractSet[int]:
        """The columns that the office does not see, from 1."""

    @property
    def doubts(self) -> Doubts:
        """The doubts about the rows that `rows` has yielded; a reader removes those of a line that it has used."""

    def rows(self) -> Iterator[Numbered]:
        """Yield every row from the first one, empty ones included. Raises FileBroken at an error."""

    def share(self) -> float:
        """Return the share of the file read so far, from 0 to 1."""


def printable(text: str) -> str:
    """Shorten a piece of a file to one line that is safe to print in a terminal."""
    line = "".join(sign if sign.isprintable() else "?" for sign in " ".join(text.split()))
    return line if len(line) <= LONGEST_SHOWN else f"{line[: LONGEST_SHOWN - 1]}…"
