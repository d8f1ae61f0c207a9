"""Delivery processes are killed during an announcement: each subscriber gets it, few get it twice."""

from __future__ import annotations

import asyncio
import random
from collections import Counter

import pytest
from sqlalchemy import func, select

from accounts.accounts import Operator
from channels.deferred.repository import DeferredRepository
from channels.outbox.opt_outs import OptOuts
from channels.outbox.repository import Outbox
from channels.webhooks.outgoing_messages import OutgoingMessageService
from database import tables
from database.encryption import Seal
from results.announcer import TOPIC
from results.approval import Draft, ExamSession
from results.publishing import Publishing
from state.conversation.deferred_answers import DeferredRequest
from state.interfaces import Recipient
from state.store.memory import InMemory
from tests.e2e.test_killed_delivery import crew
from tests.support.database import Registry
from tests.support.deliverer import IN_FLIGHT
from tests.support.killed_processes import Crew
from tests.support.patience import PATIENCE
from tests.support.sms_gateway import FakeAnswer, fake_gateway, recipient

pytestmark = pytest.mark.kill

CITIZENS, KILLS = 120, 4
IDA, PAUL, SHA = Operator("ida", "importer"), Operator("paul", "approver"), "a" * 64
SENT = select(func.count().label("sent")).where(tables.outbox.c.state == "sent")


async def promised(registry: Registry) -> None:
    """Everybody waits for a seat of a session that comes out now."""
    seal = Seal(*registry.settings.secrets.rest)
    outbox, promises = Outbox(registry.database, seal), DeferredRepository(registry.database, seal)
    post = OutgoingMessageService(outbox, promises, OptOuts(registry.database), InMemory(), registry.settings)
    for number in range(CITIZENS):
        answers = {"exam": "bac-2027", "seat": str(700_000 + number)}
        to, topic = Recipient("sms", f"+22901900{number:05}"), f"{TOPIC}:bac-2027"
        request = DeferredRequest(
            str(number), "changes", to, "fr", "exams.search", answers, answers, "nothing yet", topic=topic
        )
        assert await post.promise(request) == "kept"
    row = {"verdict": "admitted", "mention": "", "series": "D", "centre": "Centre", "department": ""}
    rows = [{"seat": str(700_000 + number), **row} for number in range(CITIZENS)]
    publishing = Publishing(registry.database, production=False)
    named = await publishing.store_draft(IDA, ExamSession("bac", 2027), Draft(SHA, rows, len(rows), "{}"))
    await publishing.approve(PAUL, named, SHA, {one["seat"]: "admitted" for one in rows})
    await publishing.publish(PAUL, named, 0)


async def kill_until_all_are_notified(registry: Registry, processes: Crew, arrived: Counter[str]) -> int:
    kills = 0
    while (await registry.database.rows(SENT))[0]["sent"] < CITIZENS:
        await asyncio.sleep(random.uniform(0.5, 1.0))
        if kills < KILLS and arrived:
            await processes.kill_one()
            kills += 1
    return kills


async def test_every_subscriber_gets_the_announcement_despite_kills(registry: Registry) -> None:
    await promised(registry)
    arrived: Counter[str] = Counter()
    async with fake_gateway() as gateway:

        def take(form: dict[str, str]) -> FakeAnswer:
            arrived[form["to"]] += 1
            return FakeAnswer(recipient(named=f"ATXid_{form['to']}_{arrived[form['to']]}"), seconds=0.2)

        gateway.says = take
        async with crew(registry, gateway) as processes, asyncio.timeout(PATIENCE):
            kills = await kill_until_all_are_notified(registry, processes, arrived)
    assert len(arrived) == CITIZENS
    assert sum(arrived.values()) - CITIZENS <= kills * IN_FLIGHT
    assert all("Admis(e)" in form["message"] for form in gateway.forms)
    left = await registry.database.rows(select(func.count().label("n")).select_from(tables.outbox))
    assert left[0]["n"] == CITIZENS  # one message each, however often its promise was taken up
