"""Subscribers get results at their hour, once, and again when they are corrected: over SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from channels.deferred.repository import DeferredRepository, NewDeferred
from database.encryption import Seal
from database.leased_queue import LEASE_SECONDS
from results import publication_queries
from results.announcer import DELAY_SECONDS, NEWS_SECONDS, TOPIC, ResultAnnouncer
from tests.support.database import Registry
from tests.support.results_desk import BAC, PAUL, Desk

LONG = 180 * 24 * 3600.0


class Waiting(Desk):
    """A desk beside which people wait, for this session and for another."""

    def __init__(self, registry: Registry) -> None:
        super().__init__(registry)
        self.promises = DeferredRepository(registry.database, Seal("a secret"), self.clock)
        self.heralds = [ResultAnnouncer(registry.database, self.clock) for _ in range(3)]

    async def wait(self, many: int, topic: str = f"{TOPIC}:{BAC.code}") -> None:
        for number in range(many):
            key = f"changes:{topic}:{number}"
            await self.promises.add(
                NewDeferred(key, "changes", f"{number:032}", b"{}", due_in=LONG, life=LONG, topic=topic)
            )

    async def woken(self, seconds: float = 0.0) -> int:
        """How many are due after so many seconds and a look of every process."""
        self.clock.now += seconds
        await asyncio.gather(*(herald.announce_due() for herald in self.heralds))
        return len(await self.promises.claim(100))


@pytest.fixture
def desk(registry: Registry) -> Waiting:
    return Waiting(registry)


async def test_subscribers_are_woken_once_at_the_hour(desk: Waiting) -> None:
    await desk.wait(7)
    await desk.wait(3, f"{TOPIC}:cep-2027")
    named = await desk.approved()
    assert await desk.woken() == 0
    await desk.publishing.publish(PAUL, named, desk.clock.now + 3600)
    assert await desk.woken(3600) == 0
    with capture_logs() as logs:
        assert await desk.woken(DELAY_SECONDS) == 7
    assert [line["waiting"] for line in logs] == [7]
    assert await desk.woken(1) == 0


async def test_correction_wakes_subscribers_and_withdrawal_does_not(desk: Waiting) -> None:
    await desk.wait(2)
    await desk.published()
    assert await desk.woken(DELAY_SECONDS) == 2
    for held in await desk.promises.claim(100):
        await desk.promises.reschedule(held, LONG)
    second = await desk.approved()
    await desk.publishing.publish(PAUL, second, 0, why="Une réclamation")
    desk.clock.now += 60
    assert await desk.woken(DELAY_SECONDS) == 2
    await desk.publishing.withdraw(PAUL, BAC.code, "", "une erreur")
    for held in await desk.promises.claim(100):
        await desk.promises.reschedule(held, LONG)
    desk.clock.now += LEASE_SECONDS
    held_again = await desk.promises.claim(100)
    assert len(held_again) == 2  # those of before, whose lease ran out
    assert await desk.woken() == 0


async def test_news_of_results_expire(desk: Waiting) -> None:
    await desk.wait(1)
    await desk.published()
    assert await desk.woken(DELAY_SECONDS) == 1
    desk.clock.now += NEWS_SECONDS + 60
    (held,) = await desk.promises.claim(1)
    assert held.expired


async def test_killed_announcer_is_replaced_by_another(desk: Waiting, monkeypatch: pytest.MonkeyPatch) -> None:
    await desk.wait(2)
    await desk.published()
    monkeypatch.setattr(publication_queries, "WAKE", "no statement at all")
    with pytest.raises(AttributeError):  # of what is no statement
        await desk.woken(DELAY_SECONDS)
    monkeypatch.undo()
    assert await desk.woken() == 2
