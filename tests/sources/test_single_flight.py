"""One call for many who ask the same, and no call at all to a service that keeps failing."""

from __future__ import annotations

import asyncio

import pytest

from authoring.replay.fakes import FakeClock
from sources.circuit_breaker import CircuitBreaker
from sources.single_flight import SingleFlightCache
from state.errors import SourceUnavailable


async def test_answers_are_cached_by_age_and_number() -> None:
    clock, calls = FakeClock(), 0

    async def call() -> int:
        nonlocal calls
        calls += 1
        return calls

    flight: SingleFlightCache[int] = SingleFlightCache(5.0, 2, clock)
    assert [await flight.get(("a",), call), await flight.get(("a",), call)] == [1, 1]
    clock.now += 5.1
    assert await flight.get(("a",), call) == 2
    assert [await flight.get((word,), call) for word in ("b", "c", "b", "a")] == [3, 4, 3, 5]
    assert len(flight._landed) == 2
    assert await flight.get(("a", "b"), call) != await flight.get(("ab",), call)


async def test_what_was_asked_is_not_kept_in_clear() -> None:
    async def call() -> str:
        return "answer"

    words, flights = ("EX000001", "0001"), [SingleFlightCache[str](5.0, 10) for _ in range(2)]
    for flight in flights:
        await flight.get(words, call)
    keys = [next(iter(flight._landed)) for flight in flights]
    assert keys[0] != keys[1], "four digits are soon guessed from a hash without a secret"
    assert not [word for word in words for key in keys if word.encode() in key]


async def test_cancelled_caller_leaves_the_answer_to_others() -> None:
    landing = asyncio.Event()

    async def call() -> str:
        await landing.wait()
        return "landed"

    flight: SingleFlightCache[str] = SingleFlightCache(5.0, 10)
    waiting = [asyncio.create_task(flight.get(("a",), call)) for _ in range(3)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    await asyncio.sleep(0)
    landing.set()
    assert await asyncio.gather(*waiting[1:]) == ["landed", "landed"]
    assert waiting[0].cancelled()


async def test_failure_reaches_all_callers_and_is_not_cached() -> None:
    async def fail() -> str:
        await asyncio.sleep(0)
        raise SourceUnavailable("down")

    async def work() -> str:
        return "up"

    flight: SingleFlightCache[str] = SingleFlightCache(5.0, 10)
    failures = await asyncio.gather(*(flight.get(("a",), fail) for _ in range(3)), return_exceptions=True)
    assert [str(error) for error in failures] == ["down"] * 3
    assert await flight.get(("a",), work) == "up"


def test_a_breaker_lets_only_one_call_try() -> None:
    clock = FakeClock()
    breaker = CircuitBreaker(1, 10, clock)
    with pytest.raises(SourceUnavailable, match="down"), breaker.call():
        raise SourceUnavailable("down")
    clock.now += 10
    with breaker.call(), pytest.raises(SourceUnavailable, match="peace"), breaker.call():
        pytest.fail("a second call while one tries")
    with breaker.call(), breaker.call():
        pass


def test_cancelled_try_leaves_the_breaker_ready() -> None:
    clock = FakeClock()
    breaker = CircuitBreaker(1, 10, clock)
    with pytest.raises(SourceUnavailable), breaker.call():
        raise SourceUnavailable("down")
    clock.now += 10
    with pytest.raises(asyncio.CancelledError), breaker.call():
        raise asyncio.CancelledError
    with breaker.call():
        pass


def test_separate_failures_open_no_breaker() -> None:
    breaker = CircuitBreaker(2, 10, FakeClock())
    for _ in range(3):
        with pytest.raises(SourceUnavailable, match="down"), breaker.call():
            raise SourceUnavailable("down")
        with breaker.call():
            pass
