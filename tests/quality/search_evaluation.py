"""Measures how often a search finds the right thing first, or among the first five, by language and channel.

Run it with `python -m tests.quality.search_evaluation`; with `--misses` it also prints what was not found first.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tests.support.searching_citizens import FIRST, Found, evaluate, read_rows


@dataclass(frozen=True, slots=True)
class Score:
    """The share of searches that found the right thing first, and among the first five, in %."""

    searches: int
    first: float
    five: float


def score(found: Iterable[Found]) -> Score:
    """Return the score of these searches. Raises ZeroDivisionError for none."""
    every = list(found)
    first, five = (100 * sum(one.is_hit(most) for one in every) / len(every) for most in (1, FIRST))
    return Score(len(every), first, five)


def table(found: list[Found]) -> Iterator[str]:
    """Yield a line for each language and channel: all rows, then those that were held back."""
    yield f"{'':12}{'all rows':>26}{'held back':>28}"
    yield f"{'':12}" + f"{'searches':>10}{'hit@1':>8}{'hit@5':>8}  " * 2
    for language in dict.fromkeys(one.row.language for one in found):
        own = [one for one in found if one.row.language == language]
        for channel in ("all", *dict.fromkeys(one.channel for one in own)):
            here = [one for one in own if channel in ("all", one.channel)]
            back = [one for one in here if one.row.held_back]
            yield f"{language:4}{channel:8}" + "".join(map(_figures, (here, back)))


def _figures(found: list[Found]) -> str:
    one = score(found) if found else Score(0, 0, 0)
    return f"{one.searches:>10}{one.first:>7.1f}%{one.five:>7.1f}%  "


def main(arguments: list[str]) -> None:
    """Print the table, and with --misses what was not found first, except among rows held back."""
    found = asyncio.run(evaluate(read_rows()))
    for line in table(found):
        print(line)
    for one in found if "--misses" in arguments else ():
        if not one.is_hit(1) and not one.row.held_back:
            print(f"{one.channel:5} {one.row.said} -> {', '.join(one.ids[:FIRST])} ({', '.join(one.row.expected)})")


if __name__ == "__main__":
    main(sys.argv[1:])
