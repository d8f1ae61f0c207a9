"""Paused messages are not sent, and are sent once after the pause: over SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio

import pytest

from accounts.accounts import Accounts
from channels.outbox.pauses import CannotPause, NotYourMinistry, Pauses
from channels.workers.delivery_window import PAUSED
from database.leased_queue import LEASE_SECONDS
from state.store.interface import Allowance
from tests.support.audit_entries import done
from tests.support.delivery_rounds import RoundWorker
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


async def test_account_of_a_ministry_pauses_nothing_of_all_ministries(office: Office) -> None:
    await office.post("news", topic=BAC)
    await Accounts(office.database).add("awa", "editor", "six calebasses pleines", "console:test", ministry="justice")
    await office.pauses.pause("bio", "sms")
    for action in (office.pauses.pause, office.pauses.resume, office.pauses.cancel):
        with pytest.raises(NotYourMinistry, match="une personne sans ministère"):
            await action("awa", "sms")
    assert [one.name for one in await office.pauses.known()] == ["sms"]
    own = Pauses(office.database, office.house.clock, {BAC: "justice"}.__getitem__)
    await own.pause("awa", BAC)
    assert await own.cancel("awa", BAC) == 1
    await own.resume("awa", BAC)


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
