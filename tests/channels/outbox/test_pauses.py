"""Paused messages are not sent, and are sent once after the pause: over SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Set

import pytest
from sqlalchemy import select

from channels.outbox.pauses import CannotPause, Pauses
from channels.workers.delivery_window import PAUSED
from database import tables
from database.leased_queue import LEASE_SECONDS
from state.store.interface import Allowance
from tests.support.audit_entries import done
from tests.support.delivery_rounds import RoundWorker
from tests.support.patience import PATIENCE
from tests.support.pauses_setup import BAC, CEP, Office

pytestmark = pytest.mark.slow


async def test_paused_broadcast_waits_and_others_are_sent(office: Office) -> None:
    await office.post("news", topic=BAC)
    await office.pauses.pause("awa", BAC)
    await office.post("later", topic=BAC)
    await office.post("answer")
    await office.post("other", topic=CEP)
    await office.deliver()
    assert office.took == {"answer": 1, "other": 1}
    await office.pauses.resume("awa", BAC)
    await office.deliver()
    assert office.took == {"answer": 1, "other": 1, "news": 1, "later": 1}


async def test_paused_gateway_sends_nothing_and_others_continue(office: Office) -> None:
    await office.post("answer")
    await office.post("news", topic=BAC)
    await office.post("elsewhere", gateway="whatsapp", topic=BAC)
    await office.pauses.pause("awa", "sms")
    await office.deliver()
    assert office.took == {"elsewhere": 1}
    await office.pauses.resume("awa", "sms")
    await office.deliver()
    assert office.took == {"answer": 1, "news": 1, "elsewhere": 1}


async def test_claimed_message_is_released_by_a_pause(office: Office) -> None:
    await office.post("news", topic=BAC)
    asked = asyncio.Event()

    async def pace(gateway: str, most: int) -> Allowance:
        if not asked.is_set():
            asked.set()
            await office.pauses.pause("awa", BAC)
            return Allowance(0, 0.01)
        return Allowance(most, 0.0)

    await RoundWorker(office.house.outbox, [office.sms], pace, office.house.has_stopped, lambda: 0.5).round()
    row = (await office.house.rows())["news"]
    assert (office.took, row["state"], row["why"]) == ({}, "queued", "paused")
    await office.pauses.resume("awa", BAC)
    office.house.clock.now += PAUSED
    await office.deliver()
    assert office.took == {"news": 1}


async def test_message_expired_during_pause_has_a_reason(office: Office) -> None:
    await office.post("news", topic=BAC, life=100)
    await office.post("other", topic=CEP, life=100)
    await office.pauses.pause("awa", BAC)
    office.house.clock.now += 101
    await office.house.outbox.tidy()
    await office.pauses.resume("awa", BAC)
    await office.deliver()
    rows = await office.house.rows()
    assert {key: (row["state"], row["why"], row["text"]) for key, row in rows.items()} == {
        "news": ("expired", "paused", ""),
        "other": ("expired", "", ""),
    }
    assert office.took == {}


async def test_pause_and_resume_are_audited_once(office: Office) -> None:
    await office.post("news", topic=BAC)
    asked = await asyncio.gather(*(office.pauses.pause(by, BAC) for by in ("awa", "bio")), return_exceptions=True)
    assert [type(one) for one in asked if one] == [CannotPause]
    (paused,) = await office.pauses.known()
    assert (paused.kind, paused.name, paused.paused_at) == ("topic", BAC, int(office.house.clock.now))
    await office.pauses.resume("awa", BAC)
    with pytest.raises(CannotPause, match="n'est pas en pause"):
        await office.pauses.resume("awa", BAC)
    entries = await done(office.database)
    assert [(entry.operator, entry.action, entry.subject) for entry in entries] == [
        (paused.paused_by, "outbox pause", BAC),
        ("awa", "outbox resume", BAC),
    ]


@pytest.mark.parametrize("name", ["", "smz", "exams.result:bac-2072", "x" * 200])
async def test_unknown_broadcast_cannot_be_paused(office: Office, name: str) -> None:
    await office.post("news", topic=BAC)
    with pytest.raises(CannotPause, match="sms, whatsapp, telegram"):
        await office.pauses.pause("awa", name)
    assert await done(office.database) == []


async def test_claim_of_killed_process_stays_paused(office: Office) -> None:
    await office.post("news", topic=BAC)
    assert await office.house.outbox.claim("sms", 9)  # by a process that is killed before it sends
    await office.pauses.pause("awa", BAC)
    office.house.clock.now += LEASE_SECONDS + 1
    await office.deliver()
    assert office.took == {}
    assert [one.name for one in await Pauses(office.database).known()] == [BAC]
    await office.pauses.resume("awa", BAC)
    await office.deliver()
    assert office.took == {"news": 1}


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
