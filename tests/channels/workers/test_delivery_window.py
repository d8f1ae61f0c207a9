"""The window of a gateway: slow messages hold up no others, awaited answers come first, a stop loses no time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from structlog.testing import capture_logs

from channels.contracts.sender import Message
from channels.workers.delivery import DeliveryWorker
from channels.workers.delivery_window import MAX_AHEAD, MAX_IN_FLIGHT, PAUSED, Pace
from state.store.interface import Allowance
from state.store.memory import InMemory
from tests.support.delivery_rounds import RoundWorker
from tests.support.delivery_setup import NUMBER, House
from tests.support.patience import PATIENCE


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("channels.workers.delivery.IDLE", 0.02)
    monkeypatch.setattr("channels.workers.delivery.STOPPING", 0.2)


@pytest.fixture
async def store() -> AsyncIterator[InMemory]:
    store = InMemory()
    yield store
    await store.close()


@asynccontextmanager
async def running(*workers: DeliveryWorker) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(worker.run()) for worker in workers]
    try:
        async with asyncio.timeout(PATIENCE):
            yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def until(met: Callable[[], bool]) -> None:
    while not met():  # noqa: ASYNC110 - what is waited for happens behind a gateway
        await asyncio.sleep(0.005)


def delivery(house: House, pace: Pace) -> RoundWorker:
    return RoundWorker(house.outbox, [house.gateway], pace, house.has_stopped, lambda: 0.5)


def at_pace(store: InMemory, per_second: float) -> Pace:
    """A pace without a burst, which those with the same store share."""

    async def pace(gateway: str, most: int) -> Allowance:
        return await store.throttle(gateway, 1 / per_second, 1, most)

    return pace


async def test_slow_message_does_not_hold_up_others(house: House) -> None:
    house.gateway.does["slow"] = PATIENCE
    await house.post("slow")
    async with running(house.delivery):
        for batch in range(3):
            keys = {f"m{batch}.{number}" for number in range(MAX_AHEAD)}
            await house.post(*keys)
            await until(lambda keys=keys: keys <= set(house.gateway.took))  # type: ignore[misc]
    assert house.gateway.took["slow"] == 0


async def test_no_more_messages_than_the_window_are_in_flight(house: House) -> None:
    keys = [f"m{number}" for number in range(3 * MAX_IN_FLIGHT)]
    house.gateway.does.update(dict.fromkeys(keys, 0.05))
    await house.post(*keys)
    async with running(house.delivery):
        await until(lambda: house.gateway.took.total() == len(keys))
    assert MAX_IN_FLIGHT / 2 < house.gateway.most_at_once <= MAX_IN_FLIGHT


@pytest.mark.parametrize("per_second", [50.0, 1000.0])  # what the gateway allows, and what is left of it
async def test_awaited_answer_overtakes_a_broadcast(
    house: House, store: InMemory, monkeypatch: pytest.MonkeyPatch, per_second: float
) -> None:
    monkeypatch.setattr(house.gateway, "per_second", per_second)
    await house.post(*(f"news {number:03}" for number in range(200)))
    async with running(delivery(house, at_pace(store, 50))):
        await until(lambda: house.gateway.took.total() > 70)
        await house.outbox.enqueue(Message("answer", "sms", NUMBER, "Bonjour", is_awaited=True))
        before = house.gateway.took.total()
        await until(lambda: house.gateway.took["answer"] == 1)
        assert house.gateway.took.total() - before < 50  # a second's


async def test_two_processes_share_a_pace(house: House, store: InMemory) -> None:
    await house.post(*(f"m{number:03}" for number in range(200)))
    loop = asyncio.get_running_loop()
    async with running(*(delivery(house, at_pace(store, 100)) for _ in range(2))):
        await until(lambda: house.gateway.took.total() > 0)
        began, before = loop.time(), house.gateway.took.total()
        await asyncio.sleep(0.5)
        assert house.gateway.took.total() - before <= 100 * (loop.time() - began) + 2


async def test_failing_pace_lets_no_message_wait_for_ever(house: House) -> None:
    async def pace(gateway: str, most: int) -> Allowance:
        raise KeyError("a mistake in the pace")

    await house.post("a", "b")
    with capture_logs() as logs:
        assert await delivery(house, pace).round() == 2
    assert [line["event"] for line in logs] == ["message failed"] * 2


async def test_stop_lets_messages_arrive_and_puts_others_back(house: House) -> None:
    given = Allowance(1, 0.0)

    async def pace(gateway: str, most: int) -> Allowance:
        nonlocal given
        allowed, given = given, Allowance(0, 0.01)
        return allowed

    house.gateway.does.update(a=0.1, b=0.1)
    await house.post("a", "b")
    worker = asyncio.create_task(delivery(house, pace).run())
    async with asyncio.timeout(PATIENCE):
        await until(lambda: house.gateway.most_at_once == 1)
        worker.cancel()
        await asyncio.gather(worker, return_exceptions=True)
    assert await states(house) == [("queued", "restart"), ("sent", "")]
    house.clock.now += PAUSED
    assert await house.delivery.round() == 1
    assert house.gateway.took == {"a": 1, "b": 1}


async def test_late_message_gets_no_turn_although_there_is_one(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("channels.workers.delivery_window.TURN", -1.0)
    await house.post("a")
    assert await house.delivery.round() == 1
    row = (await house.rows())["a"]
    assert (row["state"], row["why"], house.gateway.took) == ("queued", "no_turn", {})


async def test_message_to_a_full_window_is_put_back_in_time(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("channels.workers.delivery_window.MAX_IN_FLIGHT", 1)
    monkeypatch.setattr("channels.workers.delivery_window.TURN", 0.1)
    monkeypatch.setattr("channels.workers.delivery_window.FULL", 0.05)
    house.gateway.does.update(a=1.0, b=1.0)
    await house.post("a", "b")
    assert await house.delivery.round() == 2
    assert await states(house) == [("queued", "no_turn"), ("sent", "")]


async def states(house: House) -> list[tuple[str, str]]:
    """The states of all messages with their reasons; which of two equal messages is first is not defined."""
    return sorted((row["state"], row["why"]) for row in (await house.rows()).values())
