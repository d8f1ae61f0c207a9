"""The published results of one set in memory: what a seat obtained, and where it sat.

Rows come in batches to a Builder, which writes each seat as UTF-8 between two signs that UTF-8 never has, followed by
the marks of its facts. The hash of a seat says in which of 16 384 strings of bytes it is written, and looked for. Facts
repeat: each outcome (verdict, mention) and each place (series, centre, department) is kept once, under a mark of four
bytes. The garbage collector sees a handful of objects, whatever the number of rows.

Why so: bench/standings.py keeps 272 000 made-up rows in several ways, in one run. A dict of rows takes 382 bytes a row,
and each full garbage collection 26 ms to walk it. Over that dict, this takes 0.09 of the memory (9 MB in all), 1.1 of
the time to make (0.37 s) and 6.5 of the time to get (1.3 µs). One indexed read through database/sqlite.py costs 70
times this get, and 21 times when 32 are asked at once. Other ways over this one, in memory and in time to get:

* a dict of the seats, each with the number of facts that are kept once: 3.8 and 0.8;
* seats end to end, found by halves: 0.6 and 6.4;
* an array of sorted hashes that leads to them: 1.0 and 1.8;
* a hash table in an array that leads to them: 0.8 and 1.2, but it must know how many will come, or stop to grow.

Nothing here is sorted, moved or made larger as a whole while rows come in, so no batch takes longer than another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from sys import getsizeof
from typing import NamedTuple

BUCKETS = 1 << 14  # 17 rows in each, of a set of 272 000; with twice as many, get is 4 % quicker, for 5 bytes a row
_MASK = BUCKETS - 1
_MARK = 4  # bytes

Given = tuple[str, str, str, str, str, str]  # a Row, or its values in the same order
Facts = tuple[str, ...]


class Row(NamedTuple):
    """What is told of one seat; printing it tells nothing, lest a log does."""

    seat: str
    verdict: str
    mention: str
    series: str
    centre: str
    department: str

    def __repr__(self) -> str:
        return "Row(...)"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ResultIndex:
    """The rows of one set, made by a Builder and never changed: any number of threads may ask.

    bytes_held is what Python counts for all that it keeps, without what the allocator rounds up.
    """

    bytes_held: int
    _rows: int
    _buckets: tuple[bytes, ...]
    _outcomes: Mapping[bytes, Facts]
    _places: Mapping[bytes, Facts]

    @classmethod
    def of(cls, rows: Iterable[Given]) -> ResultIndex:
        """The standings of all these at once. Raises ValueError when two have the same seat."""
        builder = ResultIndexBuilder()
        builder.add(rows)
        return builder.build()

    def __len__(self) -> int:
        return self._rows

    def get(self, seat: str) -> Row | None:
        """The row of this very seat, in the form in which it is kept."""
        _, found, marks = self._buckets[hash(seat) & _MASK].partition(_written(seat))
        if not found:
            return None
        outcome, place = marks[:_MARK], marks[_MARK : 2 * _MARK]
        return Row(seat, *self._outcomes[outcome], *self._places[place])


class ResultIndexBuilder:
    """Takes the rows of one set in batches, none of which it keeps, so that others may have their turn in between.

    A thousand rows take one to two milliseconds. After a ValueError it is of no more use.
    """

    def __init__(self) -> None:
        self._rows = 0
        self._buckets = [b""] * BUCKETS
        self._words: dict[str, str] = {}
        self._outcomes, self._places = _Marks(self._words), _Marks(self._words)

    def __len__(self) -> int:
        return self._rows

    def add(self, batch: Iterable[Given]) -> None:
        """Take these rows too. Raises ValueError when a seat was there before."""
        buckets, outcomes, places = self._buckets, self._outcomes, self._places
        for seat, verdict, mention, series, centre, department in batch:
            number, written = hash(seat) & _MASK, _written(seat)
            bucket = buckets[number]
            if written in bucket:
                raise ValueError("two rows have the same seat")
            buckets[number] = bucket + written + outcomes[verdict, mention] + places[series, centre, department]
            self._rows += 1

    def build(self) -> ResultIndex:
        """The standings of the rows so far."""
        buckets, outcomes, places = tuple(self._buckets), dict(self._outcomes.facts), dict(self._places.facts)
        held = _size(filter(None, buckets)) + _size(self._words) + self._outcomes.held + self._places.held
        held += _size((buckets, outcomes, places))
        return ResultIndex(held, self._rows, buckets, outcomes, places)


class _Marks(dict[Facts, bytes]):
    """The mark of each of the facts that rows share, given when it is first asked for; every word is kept once.

    told leads from the mark to the facts, held is what both take without the words, in bytes.
    """

    def __init__(self, words: dict[str, str]) -> None:
        super().__init__()
        self._words = words
        self.facts: dict[bytes, Facts] = {}
        self.held = 0

    def __missing__(self, facts: Facts) -> bytes:
        number = len(self)  # seven bits a byte are no sign, and 268 million are more than memory holds
        mark = bytes((number >> 21, number >> 14 & 127, number >> 7 & 127, number & 127))
        kept = tuple(self._words.setdefault(word, word) for word in facts)
        self[kept], self.facts[mark] = mark, kept
        self.held += _size((mark, kept))
        return mark


def _written(seat: str) -> bytes:
    """A seat that no other text, nor the marks before it, can be taken for."""
    return b"\xff%b\xfe" % seat.encode("utf-8", "surrogatepass")


def _size(things: Iterable[object]) -> int:
    return sum(map(getsizeof, things))
