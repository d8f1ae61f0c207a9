"""Outbox statistics: counts of the queue, its age, the rate, failures and broadcasts."""

from __future__ import annotations

from typing import Any

from channels.outbox.statistics import MINUTES
from database import tables
from tests.support.pauses_setup import BAC, Office


async def test_statistics_count_queue_rate_failures_and_broadcasts(office: Office) -> None:
    house = office.house
    await office.post("old", topic=BAC)
    house.clock.now += 90
    for key in ("a", "b"):
        await office.post(key, topic=BAC)
        (claimed,) = [one for one in await house.outbox.claim("sms", 9) if one.message.key == key]
        await house.outbox.sent(claimed, key)
        house.clock.now += 60
    await office.post("no", "telegram")
    (claimed,) = [one for one in await house.outbox.claim("telegram", 9) if one.message.key == "no"]
    await house.outbox.failed(claimed, "blocked")
    await office.pauses.pause("awa", BAC)
    found = await office.standing()
    sms, whatsapp, telegram = found.gateways
    assert (sms.name, sms.states, sms.paused) == ("sms", {"sending": 1, "sent": 2}, None)
    assert (len(sms.left), sms.left[-3:]) == (MINUTES, (1, 1, 0))
    assert (whatsapp.states, whatsapp.oldest, sum(whatsapp.left)) == ({}, None, 0)
    assert [(one.gateway, one.state, one.why, one.many, one.last) for one in found.failures] == [
        ("telegram", "failed", "blocked", 1, house.clock.now)
    ]
    (bac,) = found.broadcasts
    assert (bac.topic, bac.waiting, bac.took, bac.lost, bool(bac.paused)) == (BAC, 1, 2, 0, True)
    assert telegram.states == {"failed": 1}


async def test_oldest_age_counts_from_enqueueing(office: Office) -> None:
    await office.post("a")
    office.house.clock.now += 120
    await office.post("b")
    assert (await office.standing()).gateways[0].oldest == 120
    await office.house.outbox.reschedule((await office.house.outbox.claim("sms", 9))[0], "too_many", 600)
    found: Any = await office.standing()
    assert [(one.state, one.why) for one in found.failures] == [("queued", "too_many")]


async def test_messages_of_ministries_are_sms_to_send_before_they_are_in_the_outbox(office: Office) -> None:
    await office.post("a")
    await office.post("b", "telegram")
    recipient = {"message": "m1", "sealed": "", "why": "", "tries": 0, "due_at": 1}
    states = {"r1": "waiting", "r2": "waiting", "r3": "refused"}
    async with office.database.exclusive_transaction() as writer:
        await writer.add(
            tables.ministry_recipients, [{**recipient, "key": key, "state": state} for key, state in states.items()]
        )
    found = await office.standing()
    assert (found.ministries, found.sms_to_send) == (2, 3)
