"""Other structures for a result set in memory, which bench/standings.py compares with results/result_index.py."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable

from results.result_index import Given, Row

Get = Callable[[str], Row | None]
Facts = tuple[str, ...]


class Numbers(dict[Facts, int]):
    """The number of each shared fact, created at its first use; each word is stored once."""

    def __init__(self) -> None:
        super().__init__()
        self._words: dict[str, str] = {}

    def __missing__(self, facts: Facts) -> int:
        number = self[tuple(self._words.setdefault(word, word) for word in facts)] = len(self)
        return number


class Flat:
    """Seats in one byte string, each with the numbers of its outcome and its place."""

    def __init__(self, rows: Iterable[Given]) -> None:
        self._written, self._ends, self._numbers = bytearray(), array("I", [0]), array("I")
        outcomes, places = Numbers(), Numbers()
        for seat, verdict, mention, *place in rows:
            self._written += seat.encode()
            self._ends.append(len(self._written))
            self._numbers.append(outcomes[verdict, mention] << 24 | places[tuple(place)])
        self._outcomes, self._places = list(outcomes), list(places)

    def __len__(self) -> int:
        return len(self._numbers)

    def __getitem__(self, at: int) -> bytes:
        return bytes(self._written[self._ends[at] : self._ends[at + 1]])

    def row(self, seat: str, at: int) -> Row:
        """Return the row of the seat at this index."""
        number = self._numbers[at]
        return Row(seat, *self._outcomes[number >> 24], *self._places[number & 0xFFFFFF])


def dict_of_rows(rows: Iterable[Given]) -> Get:
    """Store each row in a dict by seat."""
    return {row[0]: Row(*row) for row in rows}.get


def dict_of_numbers(rows: Iterable[Given]) -> Get:
    """Store the number of the shared facts in a dict by seat."""
    known = Numbers()
    numbers = {seat: known[tuple(facts)] for seat, *facts in rows}
    every = list(known)
    return lambda seat: Row(seat, *every[numbers[seat]]) if seat in numbers else None


def sorted_seats(rows: Iterable[Given]) -> Get:
    """Find seats by binary search; the rows must be sorted."""
    flat = Flat(rows)

    def get(seat: str) -> Row | None:
        wanted = seat.encode()
        at = bisect_left(flat, wanted)
        return flat.row(seat, at) if at < len(flat) and flat[at] == wanted else None

    return get


def sorted_hashes(rows: Iterable[Given]) -> Get:
    """Store the upper bits of each hash with the number of the seat in the lower bits; found by binary search."""
    flat = Flat(rows)
    below = (1 << len(flat).bit_length()) - 1
    hashes = array("q", sorted(hash(flat[at]) & ~below | at for at in range(len(flat))))

    def get(seat: str) -> Row | None:
        wanted = seat.encode()
        upper = hash(wanted) & ~below
        at = bisect_left(hashes, upper)
        while at < len(hashes) and hashes[at] & ~below == upper:
            if flat[hashes[at] & below] == wanted:
                return flat.row(seat, hashes[at] & below)
            at += 1
        return None

    return get


def hash_table(rows: Iterable[Given]) -> Get:
    """Store the seats' numbers in an array, each at its hash or at the next free slot."""
    flat = Flat(rows)
    table = array("I", bytes(4 << len(flat).bit_length()))
    mask = len(table) - 1

    def slot(wanted: bytes) -> int:
        at = hash(wanted) & mask
        while (number := table[at]) and flat[number - 1] != wanted:
            at = (at + 1) & mask
        return at

    for number in range(len(flat)):
        table[slot(flat[number])] = number + 1

    def get(seat: str) -> Row | None:
        number = table[slot(seat.encode())]
        return flat.row(seat, number - 1) if number else None

    return get
