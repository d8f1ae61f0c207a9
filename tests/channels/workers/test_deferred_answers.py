"""Deferred answers are sent once: when the source gives them, or when they expire."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from channels.deferred.repository import DeferredRepository
from channels.webhooks.outgoing_messages import ANSWER_LIFE, FIRST_LOOK
from channels.workers.deferred_answers import MAX_ROWS
from database.leased_queue import LEASE_SECONDS
from state.errors import SourceUnavailable
from state.interfaces import Outcome
from tests.support.conversation import SECRET_QUESTION
from tests.support.deferred_market import DOWN, Street, costs
from tests.support.stopped_rounds import stop_within


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


async def test_stopped_worker_gives_back_what_it_claimed(street: Street) -> None:
    await street.asked_later()
    street.town.clock.now += FIRST_LOOK
    await stop_within(street.owed.round, type(street.town.market), "ask")
    street.town.market.does["fruits.price"] = costs(3000)
    assert len(await street.look(0)) == 1


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
    assert MAX_ROWS > 2


async def test_deferred_guesses_are_rate_limited_too(street: Street) -> None:
    street.town.market.does[SECRET_QUESTION] = DOWN
    writer = street.town.writer()
    for number in range(12):
        await writer.write(f"secret faux{'abcdefghijkl'[number]}", "2")
    assert (await street.promises.waiting())["answer"] == 12
    street.town.market.does[SECRET_QUESTION] = Outcome("unknown")
    texts = await street.look(FIRST_LOOK)
    assert len(texts) == 10
