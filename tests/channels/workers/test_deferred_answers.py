"""Deferred answers are sent once: when the source gives them, when they change, or when they expire."""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from structlog.testing import capture_logs

from channels.deferred.repository import DeferredRepository
from channels.outbox.opt_outs import OptOuts
from channels.outbox.repository import Outbox
from channels.webhooks.messages import MessagingServices
from channels.webhooks.outgoing_messages import ANSWER_LIFE, CHANGES_LIFE, FIRST_LOOK, LOOK, OutgoingMessageService
from channels.workers.deferred_answers import MOST, DeferredWorker
from database import tables
from database.encryption import Seal
from database.leased_queue import LEASE_SECONDS
from database.message_validity import CANCEL_OUTDATED
from settings import Settings
from state.conversation.conversation import Conversation, ConversationPorts
from state.conversation.deferred_answers import DeferredRequest
from state.errors import SourceUnavailable
from state.interfaces import Outcome, Recipient
from state.store.memory import InMemory
from tests.sources.test_exam_results import PUBLICATION, SESSION, SET
from tests.state.conversation.test_chat import CHATTY
from tests.support.conversation import SECRET_QUESTION, SMALL, Phone, Town
from tests.support.database import Registry

DOWN = Outcome("unavailable")


def costs(francs: int) -> Outcome:
    return Outcome("found", {"cost": str(francs), "day": "2026-03-05"})


class Street:
    """A town whose post office is a real one, and one process that fulfils."""

    def __init__(self, registry: Registry, menus: Path) -> None:
        self.town, self.registry = Town(folder=menus), registry
        clock, seal, database = self.town.clock, Seal("a secret of the tests"), registry.database
        self.outbox, self.promises = Outbox(database, seal, clock), DeferredRepository(database, seal, clock)
        self.post = OutgoingMessageService(self.outbox, self.promises, OptOuts(database, clock), InMemory(), Settings())
        outside = ConversationPorts(self.town.store, self.town.market, self.town.preferences, self.post)
        self.town.conversation = Conversation(self.town.menus, outside, self.town.settings, clock)
        self.owed = DeferredWorker(MessagingServices(self.town.conversation, self.outbox, self.promises, self.post), ())

    async def subscribed(self) -> Phone:
        """A citizen who subscribes to each change of a price, after seeing one of 1000."""
        self.town.market.does["fruits.price"] = costs(1000)
        phone = self.town.phone()
        await phone.dial("7*1*1")
        await phone.type("3")
        return phone

    async def asked_later(self) -> Phone:
        """A citizen who found the source down, and wants the answer by message."""
        self.town.market.does["fruits.price"] = DOWN
        phone = self.town.phone()
        await phone.dial("7*1*1")
        await phone.type("2")
        return phone

    async def look(self, seconds: float = LOOK) -> list[str]:
        """The messages that are new after so many seconds and a round."""
        before = set(await self._texts())
        self.town.clock.now += seconds
        await self.owed.round()
        return [text for key, text in (await self._texts()).items() if key not in before]

    async def _texts(self) -> dict[str, str]:
        rows: list[dict[str, Any]] = await self.registry.database.rows(select(tables.outbox))
        return {row["key"]: row["text"] for row in rows}


@pytest.fixture
def street(registry: Registry, tmp_path: Path) -> Street:
    menus = tmp_path / "chatty"
    shutil.copytree(SMALL, menus)
    shutil.copytree(CHATTY, menus, dirs_exist_ok=True)
    return Street(registry, menus)


async def test_answer_follows_when_the_source_recovers(street: Street) -> None:
    await street.asked_later()
    assert await street.look(FIRST_LOOK - 1) == []
    assert await street.look(1) == []
    street.town.market.does["fruits.price"] = costs(3000)
    assert await street.look() == ["1 Mangue : 3 000 F, le 5 mars 2026"]
    assert await street.look() == []
    assert (await street.promises.waiting())["answer"] == 0


async def test_expired_answer_sends_one_apology(street: Street) -> None:
    await street.asked_later()
    for _ in range(5):
        assert await street.look(3600) == []
    (text,) = await street.look(ANSWER_LIFE)
    assert text.startswith("Nous n'avons pas pu obtenir la réponse")
    assert await street.look(ANSWER_LIFE) == []


async def test_each_change_is_sent_once(street: Street) -> None:
    await street.subscribed()
    assert await street.look() == await street.look() == []
    texts = []
    for francs in (2000, 2000, 1000, 2000, 1000):
        street.town.market.does["fruits.price"] = costs(francs)
        texts.append([text.split("\n")[0] for text in await street.look()])
    assert texts == [
        ["1 Mangue : 2 000 F, le 5 mars 2026"],
        [],
        ["1 Mangue : 1 000 F, le 5 mars 2026"],
        ["1 Mangue : 2 000 F, le 5 mars 2026"],
        ["1 Mangue : 1 000 F, le 5 mars 2026"],
    ]


async def test_change_explains_stop_and_stop_ends_it(street: Street) -> None:
    await street.subscribed()
    street.town.market.does["fruits.price"] = costs(2000)
    (text,) = await street.look()
    assert text.endswith("\nPour ne plus être averti : STOP")
    await street.town.writer().write("STOP")
    street.town.market.does["fruits.price"] = costs(3000)
    assert await street.look() == []


async def test_a_source_that_is_down_is_no_change(street: Street) -> None:
    await street.subscribed()
    for outcome in (DOWN, Outcome("late"), costs(1000)):
        street.town.market.does["fruits.price"] = outcome
        assert await street.look() == []


async def test_another_outcome_is_a_change(street: Street) -> None:
    await street.subscribed()
    street.town.market.does["fruits.price"] = Outcome("unknown")
    assert (await street.look())[0].startswith("Pas de fruit.")


async def test_expired_subscription_ends_silently(street: Street) -> None:
    await street.subscribed()
    assert await street.look(CHANGES_LIFE) == []
    assert (await street.promises.waiting())["changes"] == 0


async def test_killed_worker_sends_nothing_twice(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    await street.subscribed()
    street.town.market.does["fruits.price"] = costs(2000)

    async def killed(*_: object, **__: object) -> bool:
        raise SourceUnavailable("made to fail")

    monkeypatch.setattr(DeferredRepository, "reschedule", killed)
    assert len(await street.look()) == 1
    monkeypatch.undo()
    assert await street.look(LEASE_SECONDS) == []
    street.town.market.does["fruits.price"] = costs(3000)
    assert len(await street.look()) == 1


async def test_several_processes_tell_a_change_once(street: Street) -> None:
    await street.subscribed()
    street.town.market.does["fruits.price"] = costs(2000)
    street.town.clock.now += LOOK
    assert sum(await asyncio.gather(*(street.owed.round() for _ in range(4)))) == 1


async def test_removed_screen_sends_an_apology(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    await street.asked_later()
    menu = street.town.menus.current.menu("fr")
    monkeypatch.delitem(menu.screens, "fruits.price")
    assert await street.look(FIRST_LOOK) == []
    (text,) = await street.look(ANSWER_LIFE)
    assert text.startswith("Nous n'avons pas pu")


async def test_failing_row_does_not_block_others(street: Street) -> None:
    await street.asked_later()
    other = street.town.phone("+2290190000002")
    await other.dial("7*2*1")
    await other.type("2")
    street.town.market.does["fruits.price"] = KeyError("a mistake")
    with capture_logs() as logs:
        assert await street.look(FIRST_LOOK) == []
    assert [line["event"] for line in logs] == ["promise failed"] * 2
    assert "90000001" not in str(logs)
    street.town.market.does["fruits.price"] = costs(3000)
    assert len(await street.look(LEASE_SECONDS)) == 2
    assert MOST > 2


async def test_deferred_guesses_are_rate_limited_too(street: Street) -> None:
    street.town.market.does[SECRET_QUESTION] = DOWN
    writer = street.town.writer()
    for number in range(12):
        await writer.write(f"secret faux{'abcdefghijkl'[number]}", "2")
    assert (await street.promises.waiting())["answer"] == 12
    street.town.market.does[SECRET_QUESTION] = Outcome("unknown")
    texts = await street.look(FIRST_LOOK)
    assert len(texts) == 10


async def test_withdrawn_news_are_sent_when_published_again(
    street: Street,
) -> None:
    for table, row in (
        (tables.exam_sessions, SESSION),
        (tables.result_sets, SET),
        (tables.publications, PUBLICATION),
    ):
        await street.registry.add(table, row)
    answers, to = {"fruit": "m", "many": "1"}, Recipient("sms", "+2290190000001")
    waits = DeferredRequest(
        "k", "changes", to, "fr", "fruits.price", answers, {"fruit": "Mangue"}, "not yet", topic="news"
    )
    await street.post.promise(waits)

    async def woken(outcome: Outcome) -> list[str]:
        street.town.market.does["fruits.price"] = outcome
        await street.registry.database.write(update(tables.promises).values(due_at=0))
        return await street.look(1)

    async def withdrawn(at: int | None) -> None:
        await street.registry.database.write(update(tables.publications).values(withdrawn_at=at))
        await street.registry.database.write(CANCEL_OUTDATED, now=round(street.town.clock.now * 1000))

    news = replace(costs(3000), basis=1)
    assert await woken(Outcome("unknown")) == []
    assert len(await woken(news)) == 1
    assert await woken(news) == []
    await withdrawn(5)
    assert await woken(Outcome("unknown")) == await woken(news) == []  # the latter was looked up just before
    await withdrawn(None)
    assert len(await woken(news)) == 1
    assert await woken(news) == []
