"""Rows that give nothing: why each is refused, how many there are, and the first lines of each reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")
MAX_LISTED: Final = 20  # refusals of one reason that are listed line by line; all are counted

MAX_EXPLAINED: Final = 5_000  # refused lines whose reasons are all remembered


class Rejection(NamedTuple):
    """Why a row is refused: the reason, used to count refusals, and the detail of this row."""

    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Refusal:
    """One line of the file that gives nothing, and why."""

    line: int
    reason: str
    detail: str = ""


class Once(dict[Key, Value]):
    """A dict that computes each missing value once."""

    def __init__(self, work: Callable[[Key], Value]) -> None:
        super().__init__()
        self._work = work

    def __missing__(self, key: Key) -> Value:
        value = self[key] = self._work(key)
        return value


class RefusedRows:
    """The refused lines of one file, and how often each reason was given."""

    def __init__(self) -> None:
        self.lines: set[int] = set()
        self.why: dict[int, list[Rejection]] = {}  # of the first MAX_EXPLAINED lines
        self.reasons: Counter[str] = Counter()
        self.listed: list[Refusal] = []

    def add(self, line: int, wrong: Iterable[Rejection]) -> None:
        """Refuse a line for these reasons."""
        self.lines.add(line)
        why = self.why.setdefault(line, []) if line in self.why or len(self.why) < MAX_EXPLAINED else []
        for one in wrong:
            why.append(one)
            self.reasons[one.reason] += 1
            if self.reasons[one.reason] <= MAX_LISTED:
                self.listed.append(Refusal(line, *one))


def uneven(cells: list[str], width: int, first: int, last: int) -> tuple[Rejection, ...]:
    """Pad a short row to the width of the headings, as Excel writes it; return other faults of its shape."""
    beyond = any(map(str.strip, cells[width:]))
    cells.extend([""] * (width - len(cells)))
    if beyond:
        return (Rejection("plus de cases que de titres", "une case qui contient le séparateur va entre guillemets"),)
    return (Rejection("une case tient sur plusieurs lignes", f"jusqu'à la ligne {last}"),) if first != last else ()
