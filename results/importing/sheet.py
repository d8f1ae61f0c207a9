"""A results file as rows of text cells, however it was written, and the one error of a file that cannot be so read.

A File is read as one Sheet or several (`separated`, `workbook`): the same bytes understood in each way that they might
have been meant. Who reads on picks the sheet that has headings (`columns`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from state.errors import Problem, ZinError

Numbered = tuple[int, int, list[str]]  # a row: its first and last line in the file, from 1, and its cells
LONGEST_SHOWN = 30  # characters


class FileBroken(ZinError):
    """A results file that cannot be read as one, and what whoever exported it must do; nothing of it is kept."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem

    def __reduce__(self) -> tuple[type[FileBroken], tuple[Problem]]:
        """As it travels from one process to another."""
        return type(self), (self.problem,)


@dataclass(frozen=True, slots=True)
class File:
    """What is read, under the name that complaints call it by."""

    name: str
    raw: bytes = field(repr=False)

    def broken(self, what: str, line: int = 1, column: int = 1) -> FileBroken:
        """The error that says this of the file."""
        return FileBroken(Problem(self.name, line, column, what))

    def line_at(self, byte: int) -> int:
        """The line that holds this byte, from 1, whichever of the three line ends the file has."""
        before = self.raw[:byte]
        return 1 + before.count(b"\n") + before.count(b"\r") - before.count(b"\r\n")


@dataclass(frozen=True, slots=True)
class Form:
    """How a file was understood: a CSV has an encoding and a separator, a workbook a sheet; the rest is empty."""

    encoding: str = ""
    separator: str = ""
    sheet: str = ""


class Sheet(Protocol):
    """One way of reading a file. tests/results/importing/test_reader.py is the full contract."""

    @property
    def form(self) -> Form: ...

    def rows(self) -> Iterator[Numbered]:
        """Every row from the first one on, empty ones included. Raises FileBroken where it cannot go on."""

    def share(self) -> float:
        """How much of the file the rows given out so far are, from 0 to 1."""


def printable(text: str) -> str:
    """A piece of a file as it may be shown on a terminal: short, on one line, with nothing that moves the cursor."""
    line = "".join(sign if sign.isprintable() else "?" for sign in " ".join(text.split()))
    return line if len(line) <= LONGEST_SHOWN else f"{line[: LONGEST_SHOWN - 1]}…"
