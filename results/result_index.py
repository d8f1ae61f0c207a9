"""The rows of one result set in memory, found by seat.

Rows are added in batches to a ResultIndexBuilder. It writes each seat as UTF-8 between two bytes that never occur in
UTF-8, followed by the marks of its facts. The hash of the seat selects one of 16 384 byte strings (buckets). Facts
repeat, so each outcome (verdict, mention) and each place (series, centre, department) is stored once, under a mark of
four bytes. The garbage collector sees few objects, whatever the number of rows.

Reason: bench/standings.py compares several structures with 272 000 made-up rows in one run. A dict of rows takes 382
bytes a row, and each full garbage collection takes 26 ms. Compared with that dict, this index takes 0.09 of the memory
(9 MB in total), 1.1 of the time to build (0.37 s) and 6.5 of the time to get a row (1.3 µs). One indexed read through
database/sqlite.py takes 70 times as long as this get, and 21 times with 32 parallel reads. Other structures compared
with this one, in memory and in time to get:

* a dict of seats, each with the number of its shared facts: 3.8 and 0.8;
* seats in one byte string, found by binary search: 0.6 and 6.4;
* a sorted array of hashes that point to them: 1.0 and 1.8;
* a hash table in an array that points to them: 0.8 and 1.2, but it must know the number of rows, or stop to grow.

Rows are never sorted, moved or copied as a whole while they are added, so all batches take the same time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from sys import getsizeof
from typing import NamedTuple

BUCKETS = 1 << 14  # 17 rows in each for 272 000 rows; twice as many make get 4 % faster, for 5 bytes a row
_MASK = BUCKETS - 1
_MARK = 4  # bytes

Given = tuple[str, str, str, str, str, str]  # a Row, or its values in the same order
Facts = tuple[str, ...]


class Row(NamedTuple):
    """The result of one seat. Its repr hides the content, so that no log shows it."""

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
    """The rows of one set, made by ResultIndexBuilder. It never changes, so threads may share it.

    `bytes_held` is the size of its objects as Python counts it, without the allocator's overhead.
    """

    bytes_held: int
    _rows: int
    _buckets: tuple[bytes, ...]
    _outcomes: Mapping[bytes, Facts]
    _places: Mapping[bytes, Facts]

    @classmethod
    def of(cls, rows: Iterable[Given]) -> ResultIndex:
        """Build the index of these rows. Raises ValueError if two rows have the same seat."""
        builder = ResultIndexBuilder()
        builder.add(rows)
        return builder.build()

    def __len__(self) -> int:
        return self._rows

    def get(self, seat: str) -> Row | None:
        """Return the row of this seat, or None. The seat must be in its stored form."""
        _, found, marks = self._buckets[hash(seat) & _MASK].partition(_written(seat))
        if not found:
            return None
        outcome, place = marks[:_MARK], marks[_MARK : 2 * _MARK]
        return Row(seat, *self._outcomes[outcome], *self._places[place])


class ResultIndexBuilder:
    """Builds an index from batches of rows, so that the event loop can run between two batches.

    A thousand rows take one to two milliseconds. After a ValueError the builder cannot be used any more.
    """

    def __init__(self) -> None:
        self._rows = 0
        self._buckets = [b""] * BUCKETS
        self._words: dict[str, str] = {}
        self._outcomes, self._places = _Marks(self._words), _Marks(self._words)

    def __len__(self) -> int:
        return self._rows

    def add(self, batch: Iterable[Given]) -> None:
        """Add a batch of rows. Raises ValueError if a seat is already there."""
        buckets, outcomes, places = self._buckets, self._outcomes, self._places
        for seat, verdict, mention, series, centre, department in batch:
            number, written = hash(seat) & _MASK, _written(seat)
            bucket = buckets[number]
            if written in bucket:
                raise ValueError("two rows have the same seat")
            buckets[number] = bucket + written + outcomes[verdict, mention] + places[series, centre, department]
            self._rows += 1

    def build(self) -> ResultIndex:
        """Return the index of the rows added so far."""
        buckets, outcomes, places = tuple(self._buckets), dict(self._outcomes.facts), dict(self._places.facts)
        held = _size(filter(None, buckets)) + _size(self._words) + self._outcomes.held + self._places.held
        held += _size((buckets, outcomes, places))
        return ResultIndex(held, self._rows, buckets, outcomes, places)


class _Marks(dict[Facts, bytes]):
    """The mark of each shared fact, created at its first use; each word is stored once.

    `facts` has the facts by mark; `held` is the size of both in bytes, without the words.
    """

    def __init__(self, words: dict[str, str]) -> None:
        super().__init__()
        self._words = words
        self.facts: dict[bytes, Facts] = {}
        self.held = 0

    def __missing__(self, facts: Facts) -> bytes:
        number = len(self)  # seven bits a byte: never a seat delimiter; enough for 268 million
        mark = bytes((number >> 21, number >> 14 & 127, number >> 7 & 127, number & 127))
        shared = tuple(self._words.setdefault(word, word) for word in facts)
        self[shared], self.facts[mark] = mark, shared
        self.held += _size((mark, shared))
        return mark


def _written(seat: str) -> bytes:
    """Encode a seat between delimiters, so that it matches no other text and no mark."""
    return b"\xff%b\xfe" % seat.encode("utf-8", "surrogatepass")


def _size(things: Iterable[object]) -> int:
    return sum(map(getsizeof, things))
