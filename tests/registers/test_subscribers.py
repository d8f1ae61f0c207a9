"""News of changed rows: who asked for them gets them at once, whatever wrote the rows, and nobody else does."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

import pytest
from sqlalchemy import func, select

from channels.deferred.repository import DeferredRepository
from channels.outbox.opt_outs import OptOuts
from channels.outbox.repository import Outbox
from channels.webhooks.outgoing_messages import OutgoingMessageService
from database import tables
from database.encryption import Seal
from registers.imports import Order
from registers.writes import Batch, RegisterWrites
from state.conversation.deferred_answers import DeferredRequest
from state.interfaces import Recipient
from state.store.memory import InMemory
from tests.support.database import Registry
from tests.support.register_files import Office, request, requests

pytestmark = pytest.mark.slow

PROMISES = select(tables.promises.c.topic, tables.promises.c.due_at)


class Town:
    """Citizens who asked to be informed of changes of requests."""

    def __init__(self, registry: Registry, folder: Path) -> None:
        self.registry, self.office = registry, Office(registry, folder)
        seal = Seal(*registry.settings.secrets.rest)
        promises = DeferredRepository(registry.database, seal)
        self._service = OutgoingMessageService(
            Outbox(registry.database, seal), promises, OptOuts(registry.database), InMemory(), registry.settings
        )
        self._many = 0

    async def subscribe(self, reference: str) -> None:
        self._many += 1
        answers = {"reference": reference, "proof": "0001"}
        wanted = DeferredRequest(
            str(self._many), "changes", Recipient("sms", f"+22901900{self._many:05}"), "fr", "requests.search",
            answers, answers, "seen", subject=f"requests.status:{reference}",
        )  # fmt: skip
        assert await self._service.promise(wanted) == "kept"

    async def due(self) -> Mapping[str, bool]:
        """Whether the news of each reference are due now."""
        rows = {row["topic"]: row["due_at"] for row in await self.registry.database.rows(PROMISES)}
        names = {self.office.names.subject("requests.status", name): name for name in ("CJ1000", "CJ2000")}
        return {names[topic]: due_at <= time.time() * 1000 for topic, due_at in rows.items()}


@pytest.fixture
async def town(registry: Registry, tmp_path: Path) -> Town:
    town = Town(registry, tmp_path)
    await town.office.bring(request("CJ1000"), request("CJ2000"))
    await town.subscribe("CJ1000")
    await town.subscribe("CJ2000")
    assert await town.due() == {"CJ1000": False, "CJ2000": False}
    return town


async def test_import_wakes_who_follows_a_changed_row(town: Town) -> None:
    await town.office.bring(request("CJ1000", status="Prêt"), request("CJ2000"))
    assert await town.due() == {"CJ1000": True, "CJ2000": False}


async def test_removed_row_wakes_who_follows_it(town: Town) -> None:
    await town.office.bring(request("CJ2000"), order=Order(removals=1))
    assert await town.due() == {"CJ1000": True, "CJ2000": False}


async def test_trial_wakes_nobody(town: Town) -> None:
    await town.office.bring(request("CJ1000", status="Prêt"), order=Order(is_trial=True))
    assert await town.due() == {"CJ1000": False, "CJ2000": False}


async def test_undo_wakes_who_follows_a_restored_row(town: Town) -> None:
    await town.office.undo()
    assert await town.due() == {"CJ1000": True, "CJ2000": True}


async def test_written_row_wakes_who_follows_it(town: Town) -> None:
    row = {"reference": "CJ1000", "service": "Casier", "status": "ready", "updated": "2026-09-29", "phone": "0001"}
    await RegisterWrites(town.registry.database, town.office.names).write("api:x", requests(), Batch((row,)))
    assert await town.due() == {"CJ1000": True, "CJ2000": False}


async def test_stored_topic_does_not_show_the_reference(town: Town) -> None:
    topics = [row["topic"] for row in await town.registry.database.rows(PROMISES)]
    assert len(topics) == 2
    assert not any("CJ1000" in topic or "CJ2000" in topic for topic in topics)


async def test_fifty_thousand_followers_of_one_register_are_woken(registry: Registry, tmp_path: Path) -> None:
    office, later = Office(registry, tmp_path), round(time.time() * 1000) + 600_000
    numbers = [f"CJ{number:06}" for number in range(50_000)]
    await office.bring(*(request(number) for number in numbers))
    same = {"kind": "changes", "citizen": "x", "sealed": "x", "seen": "", "tries": 0}
    same |= {"due_at": later, "expires_at": later}
    topics = [office.names.subject("requests.status", number) for number in numbers]
    await registry.add(tables.promises, *({**same, "key": topic, "topic": topic} for topic in topics))
    await office.bring(*(request(number, status="Prêt") for number in numbers))
    waiting = select(func.count().label("many")).where(tables.promises.c.due_at == later)
    assert (await registry.database.rows(waiting))[0]["many"] == 0
