"""Compares two texts line by line and word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Final

CONTEXT_LINES: Final = 2  # lines shown before and after what differs
WORDS: Final = re.compile(r"\w+|\s+|[^\w\s]")
MIN_SIMILARITY: Final = 0.3  # below this share of equal words two lines are compared as wholes
Piece = tuple[str, bool]  # a run of words, and whether the other side has something else there


@dataclass(frozen=True, slots=True)
class DiffRow:
    """One line on each side; None if a side has none. A row with neither stands for lines that are left out."""

    before: tuple[Piece, ...] | None = None
    after: tuple[Piece, ...] | None = None

    @property
    def is_same(self) -> bool:
        """Return whether both sides are equal."""
        return self.before == self.after


def side_by_side(before: str, after: str) -> tuple[DiffRow, ...]:
    """Return the lines that differ between two texts, with CONTEXT_LINES lines around them."""
    was, now = before.strip().splitlines(), after.strip().splitlines()
    return tuple(_rows(was, now))


def _rows(was: Sequence[str], now: Sequence[str]) -> Iterator[DiffRow]:
    reached = 0
    for group in SequenceMatcher(None, was, now, autojunk=False).get_grouped_opcodes(CONTEXT_LINES):
        if group[0][1] > reached:
            yield DiffRow()
        for what, from_was, to_was, from_now, to_now in group:
            for old, new in zip_longest(was[from_was:to_was], now[from_now:to_now]):
                yield _same(old) if what == "equal" else _row(old, new)
        reached = group[-1][2]
    if 0 < reached < len(was):
        yield DiffRow()


def _same(line: str) -> DiffRow:
    return DiffRow(((line, False),), ((line, False),))


def _row(old: str | None, new: str | None) -> DiffRow:
    if old is None or new is None:
        return DiffRow(*(None if line is None else ((line, True),) for line in (old, new)))
    words, others = WORDS.findall(old), WORDS.findall(new)
    matched = SequenceMatcher(None, words, others, autojunk=False)
    if _alike(words, others, matched) < MIN_SIMILARITY:
        return DiffRow(((old, True),), ((new, True),))
    before, after = list[Piece](), list[Piece]()
    for what, from_old, to_old, from_new, to_new in matched.get_opcodes():
        differs = what != "equal"
        before.append(("".join(words[from_old:to_old]), differs))
        after.append(("".join(others[from_new:to_new]), differs))
    return DiffRow(*(tuple(piece for piece in side if piece[0]) for side in (before, after)))


def _alike(words: Sequence[str], others: Sequence[str], matched: SequenceMatcher[str]) -> float:
    """Return the share of words, without spaces, that two lines have in common."""
    significant = [word for word in (*words, *others) if word.strip()]
    blocks = matched.get_matching_blocks()
    shared = [word for one in blocks for word in words[one.a : one.a + one.size] if word.strip()]
    return 2 * len(shared) / max(1, len(significant))


def diff_lines(rows: Sequence[DiffRow]) -> Iterator[str]:
    """Yield the rows for a terminal: removed lines with a minus, added lines with a plus."""
    for row in rows:
        if row.before is None and row.after is None:
            yield "  …"
        elif row.is_same:
            yield f"  {_joined(row.before)}"
        else:
            yield from (f"- {_joined(row.before)}",) if row.before is not None else ()
            yield from (f"+ {_joined(row.after)}",) if row.after is not None else ()


def _joined(side: tuple[Piece, ...] | None) -> str:
    return "".join(text for text, _ in side or ())
