"""The index of a set's results answers as a dict would, whatever the seats, in a small part of its memory."""

from __future__ import annotations

import asyncio
import gc
import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from results import result_index
from results.result_index import Given, ResultIndex, ResultIndexBuilder, Row

pytestmark = pytest.mark.slow

# Every character, halves of pairs included, and often those that a seat is framed with or that begin alike.
TEXT = st.text(st.characters(exclude_categories=()) | st.sampled_from("01A\x00\x7f\x80þÿ"), max_size=6)
ROWS = st.lists(st.tuples(TEXT, TEXT, TEXT, TEXT, TEXT, TEXT), max_size=40, unique_by=lambda row: row[0])


def many(number: int) -> Iterator[Given]:
    """Made-up rows of 400 centres, most of which have candidates of every series."""
    for one in range(number):
        outcome = ("admitted", f"mention {one % 4}") if one % 3 else ("refused", "")
        yield str(100_000 + 3 * one), *outcome, f"série {one % 7}", f"centre {one % 400}", f"department {one % 12}"


@pytest.fixture(params=["many buckets", "one bucket"])
def _buckets(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one bucket, every seat can be taken for every other."""
    if request.param == "one bucket":
        monkeypatch.setattr(result_index, "_MASK", 0)


@pytest.mark.usefixtures("_buckets")
class TestAsADict:
    @given(rows=ROWS, others=st.lists(TEXT), cut=st.integers(0, 40))
    def test_any_rows_in_any_batches(self, rows: list[Given], others: list[str], cut: int) -> None:
        builder = ResultIndexBuilder()
        builder.add(rows[:cut])
        builder.add(iter(rows[cut:]))
        made, kept = builder.build(), {row[0]: row for row in rows}
        around = [part for seat in kept for part in (seat[:-1], seat[1:], seat + "0", seat * 2)]
        assert len(made) == len(kept)
        assert {seat: made.get(seat) for seat in (*kept, *others, *around)} == {
            seat: kept.get(seat) for seat in (*kept, *others, *around)
        }

    @given(rows=ROWS.filter(bool), data=st.data())
    def test_a_seat_that_is_there_twice_is_refused(self, rows: list[Given], data: st.DataObject) -> None:
        twice = data.draw(st.sampled_from(rows))[0]
        with pytest.raises(ValueError, match=r"^two rows have the same seat$"):
            ResultIndex.of([*rows, (twice, "another", "", "", "", "")])

    def test_thousands_of_rows(self) -> None:
        rows = {row[0]: row for row in many(3000)}
        made = ResultIndex.of(rows.values())
        between = (str(int(seat) + 1) for seat in rows)
        assert all(made.get(seat) == row for seat, row in rows.items())
        assert not any(made.get(seat) for seat in between)


def test_a_row_has_its_facts_by_name() -> None:
    row = ResultIndex.of([("12345", "admitted", "Bien", "D", "CEG Gbégamey", "Littoral")]).get("12345")
    assert row == Row("12345", "admitted", "Bien", "D", "CEG Gbégamey", "Littoral")
    assert row is not None
    assert (row.verdict, row.department) == ("admitted", "Littoral")


@pytest.mark.usefixtures("_buckets")
@pytest.mark.parametrize(
    ("kept", "asked"),
    [
        ("12345", "1234"),
        ("1234", "12345"),
        ("12345", "012345"),
        ("", "0"),
        ("0", ""),
        ("é", "e\u0301"),
        ("A1", "a1"),
        ("1", "1\x00"),
        ("1", "1\udcfe"),
        ("12", "1þ2"),
    ],
)
def test_seat_lookalike_is_not_found(kept: str, asked: str) -> None:
    made = ResultIndex.of([(kept, "admitted", "", "", "", "")])
    assert made.get(kept) is not None
    assert made.get(asked) is None


def test_nothing_is_in_an_empty_set() -> None:
    assert len(ResultIndex.of([])) == 0
    assert ResultIndex.of([]).get("12345") is None


def test_more_places_than_two_bytes_can_tell() -> None:
    rows = [(str(one), "admitted", "", "", f"centre {one}", "") for one in range(70_000)]
    made = ResultIndex.of(rows)
    assert all(made.get(row[0]) == row for row in rows)
    assert made.get("") is None


def test_repeated_seat_is_refused_without_its_number() -> None:
    builder = ResultIndexBuilder()
    builder.add(many(10))
    with pytest.raises(ValueError, match=r"^two rows have the same seat$"):
        builder.add(many(1))


def test_index_is_unchanged_by_its_builder() -> None:
    builder = ResultIndexBuilder()
    builder.add(many(10))
    made = builder.build()
    held = made.bytes_held
    builder.add([("7", "refused", "", "", "elsewhere", "")])
    assert (len(made), made.get("7"), made.bytes_held) == (10, None, held)
    assert (len(builder.build()), builder.build().bytes_held > held) == (11, True)
    with pytest.raises(AttributeError):
        made.bytes_held = 0  # type: ignore[misc]


def test_printing_tells_no_result() -> None:
    made = ResultIndex.of([("12345", "refused", "", "D", "CEG Gbégamey", "Littoral")])
    assert not any(fact in f"{made!r} {made.get('12345')!r}" for fact in ("12345", "refused", "Littoral"))


async def test_batches_from_threads_while_others_ask() -> None:
    """A set is filled beside the event loop, and another one is asked from several threads at the same moment."""
    rows = list(many(3000))
    published, builder = ResultIndex.of(rows), ResultIndexBuilder()

    def ask(made: ResultIndex) -> bool:
        return all(made.get(row[0]) == row for row in rows)

    async def fill() -> bool:
        for first in range(0, len(rows), 500):
            await asyncio.to_thread(builder.add, rows[first : first + 500])
        return ask(builder.build())

    assert all(await asyncio.gather(fill(), *(asyncio.to_thread(ask, published) for _ in range(4))))


def test_bytes_held_is_what_it_takes() -> None:
    """Against what Python asked the allocator for, in words and rows that nobody else keeps."""
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        made = ResultIndex.of(many(30_000))
        gc.collect()
        taken = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert 0.99 < made.bytes_held / taken < 1.01
    assert made.bytes_held / 30_000 < 100


def test_index_gives_the_garbage_collector_little_work() -> None:
    gc.collect()
    before = len(gc.get_objects())
    made = ResultIndex.of(many(30_000))
    gc.collect()
    assert len(gc.get_objects()) - before < 50
    assert len(made) == 30_000
