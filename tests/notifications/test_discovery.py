"""One notification for what comes to wait, however many processes look, over both databases."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from sqlalchemy import select

from accounts.accounts import Accounts, Operator
from accounts.contacts import Contact
from database import tables
from notifications.discovery import LOOK_SECONDS, TaskDiscovery
from notifications.notified_tasks import GROUP_SECONDS
from notifications.task_kinds import Waiting
from state.errors import SourceUnavailable
from tests.support.database import Registry
from tests.support.notifications import EMAIL, NUMBER, Office

pytestmark = pytest.mark.slow
BAC = Waiting("results", "bac-2027.1 draft")
TEXTS = Waiting("translations", "fon", 12)


@pytest.fixture
async def office(registry: Registry) -> Office:
    made = Office(registry)
    await made.open()
    made.waiting["awa"] = [BAC, TEXTS]
    return made


async def test_what_waits_is_one_notification_for_good(office: Office) -> None:
    await office.look()
    assert await office.rows() == []
    await office.look(GROUP_SECONDS)
    (row,) = await office.rows()
    assert (row["name"], row["content"], row["state"]) == ("awa", {"results": 1, "translations": 12}, "queued")
    for _ in range(5):
        await office.look(3600.0)
    assert len(await office.rows()) == 1


async def test_each_account_is_notified_of_its_own(office: Office) -> None:
    await office.open("bio", "sms")
    office.waiting["bio"] = [TEXTS]
    await office.look()
    await office.look(GROUP_SECONDS)
    found = {row["name"]: row["content"] for row in await office.rows()}
    assert found == {"awa": {"results": 1, "translations": 12}, "bio": {"translations": 12}}


async def test_many_processes_store_one_notification(office: Office) -> None:
    await office.look()
    for _ in range(3):
        office.clock.now += GROUP_SECONDS
        await asyncio.gather(*(office.discovery().look() for _ in range(8)))
    assert len(await office.rows()) == 1


async def test_look_that_outlives_its_claim_stores_nothing_twice(office: Office) -> None:
    """Two processes found the same before either stored it."""
    await office.look()
    office.clock.now += GROUP_SECONDS
    events = [asyncio.Event(), asyncio.Event()]

    async def slow(account: Operator) -> Sequence[Waiting]:
        next(one for one in events if not one.is_set()).set()
        office.clock.now += LOOK_SECONDS  # the claim of the first ends
        await events[1].wait()
        return await office.find(account)

    looks = [TaskDiscovery(office.registry.database, slow, office.clock) for _ in range(2)]
    first = asyncio.create_task(looks[0].look())
    await events[0].wait()
    await asyncio.gather(first, looks[1].look())
    assert len(await office.rows()) == 1


async def test_nothing_is_lost_while_what_waits_cannot_be_read(office: Office) -> None:
    async def away(_: Operator) -> Sequence[Waiting]:
        raise SourceUnavailable("no answer")

    await office.look()
    office.clock.now += GROUP_SECONDS
    assert await TaskDiscovery(office.registry.database, away, office.clock).look() == 1
    assert await office.rows() == []
    await office.look(LOOK_SECONDS)
    assert len(await office.rows()) == 1


async def test_account_that_wants_none_is_not_looked_at(office: Office) -> None:
    await office.look()
    await office.contacts.change("awa", None)
    await office.look(GROUP_SECONDS)
    assert await office.rows() == []


async def test_choice_during_a_look_is_kept(office: Office) -> None:
    async def meanwhile(account: Operator) -> Sequence[Waiting]:
        await office.contacts.change("awa", None)
        return await office.find(account)

    await TaskDiscovery(office.registry.database, meanwhile, office.clock).look()
    assert await office.registry.database.rows(select(tables.notified_tasks)) == []


async def test_rows_say_nothing_of_a_person_or_a_thing(office: Office) -> None:
    await office.look()
    await office.look(GROUP_SECONDS)
    stored = str([await office.registry.database.rows(select(one)) for one in
                  (tables.contacts, tables.notified_tasks, tables.notifications, tables.audit)])  # fmt: skip
    for hidden in (EMAIL, NUMBER, NUMBER[-8:], "bac", "fon"):
        assert hidden not in stored


async def test_closed_account_leaves_nothing(office: Office) -> None:
    await office.look()
    await office.look(GROUP_SECONDS)
    await office.contacts.change("awa", Contact("sms", EMAIL, NUMBER))
    await Accounts(office.registry.database).close("awa", "console:test")
    for table in (tables.contacts, tables.notified_tasks, tables.notifications):
        assert await office.registry.database.rows(select(table)) == []
