"""Running deliveries obey pauses that come and go, and send each message once: over SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Set

import pytest
from sqlalchemy import select

from channels.workers.delivery_window import PAUSED
from database import tables
from state.store.interface import Allowance
from tests.support.delivery_rounds import RoundWorker
from tests.support.patience import PATIENCE
from tests.support.pauses_setup import BAC, CEP, Office

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", ["sms", BAC])
async def test_running_delivery_obeys_a_pause_within_seconds(office: Office, name: str) -> None:
    free = 0.0

    async def pace(gateway: str, most: int) -> Allowance:  # 50 a second
        nonlocal free
        now = asyncio.get_running_loop().time()
        if free > now:
            return Allowance(0, free - now)
        free = now + 0.02
        return Allowance(1, 0.0)

    for number in range(60):
        await office.post(f"m{number:02}", topic=BAC)
    delivery = RoundWorker(office.house.outbox, [office.sms], pace, office.house.has_stopped, lambda: 0.5)
    running = asyncio.create_task(delivery.run())
    await _taken(office, {"m00"})
    await office.pauses.pause("awa", name)
    async with asyncio.timeout(PATIENCE):
        await _settled(office)
    assert len(office.took) < 60
    await office.pauses.resume("awa", name)
    office.house.clock.now += PAUSED
    await _taken(office, {f"m{number:02}" for number in range(60)})
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert set(office.took.values()) == {1}


@pytest.mark.parametrize("seed", range(3))
async def test_any_pauses_send_each_message_once(office: Office, seed: int) -> None:
    """Three deliveries work while somebody pauses and resumes; what was claimed before a pause is let out first."""
    chance = random.Random(seed)
    ways = [(gateway, topic) for gateway in ("sms", "whatsapp") for topic in ("", BAC, CEP)]
    posted: dict[str, tuple[str, str]] = {}

    async def post(many: int) -> None:
        for _ in range(many):
            key = f"m{len(posted):03}"
            posted[key] = chance.choice(ways)
            await office.post(key, *posted[key])

    await post(60)
    over = asyncio.Event()
    working = [asyncio.create_task(_deliver(office, over)) for _ in range(3)]
    for name in chance.sample(["sms", "whatsapp", BAC, CEP], 3):
        await office.pauses.pause("awa", name)
        await _settled(office)
        before = Counter(office.took)
        await post(20)
        await _taken(office, {key for key, way in posted.items() if name not in way})
        assert not [key for key in office.took - before if name in posted[key]]
        await office.pauses.resume("awa", name)
        office.house.clock.now += PAUSED
    await _taken(office, posted.keys())
    over.set()
    await asyncio.gather(*working)
    assert set(office.took.values()) == {1}


async def _deliver(office: Office, over: asyncio.Event) -> None:
    delivery = office.delivery()
    while not over.is_set():
        if not await delivery.round():
            await asyncio.sleep(0.005)


async def _taken(office: Office, keys: Set[str]) -> None:
    """Wait until a gateway took all of these."""
    async with asyncio.timeout(PATIENCE):
        while not keys <= office.took.keys():  # noqa: ASYNC110 - what is waited for happens behind a gateway
            await asyncio.sleep(0.005)


async def _settled(office: Office) -> None:
    """Wait until nothing that was claimed before the pause is on its way."""
    held = select(tables.outbox.c.key).where(tables.outbox.c.state == "sending")
    async with asyncio.timeout(PATIENCE):
        while await office.database.rows(held):  # noqa: ASYNC110 - what is waited for is in the registry
            await asyncio.sleep(0.005)
