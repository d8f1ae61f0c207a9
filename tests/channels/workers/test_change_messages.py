"""Messages of changes: each change is sent once, until the subscription ends."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from sqlalchemy import update

from channels.webhooks.outgoing_messages import CHANGES_LIFE
from database import tables
from database.message_validity import CANCEL_OUTDATED
from state.conversation.deferred_answers import DeferredRequest
from state.interfaces import LOOK_SECONDS, Outcome, Recipient
from state.menu.versions import build_menu_version
from tests.support.conversation import Market
from tests.support.deferred_market import DOWN, Street, costs
from tests.support.source_rows import PUBLICATION, SESSION, SET


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


async def test_question_sets_the_pace_of_its_looks(street: Street) -> None:
    menus, slow = street.town.menus, replace(Market.questions["fruits.price"], look_seconds=7200.0)
    questions = {**Market.questions, slow.name: slow}
    menus.activate(build_menu_version(menus.current.journeys, questions, menus.current.wordings, None))
    await street.subscribed()
    street.town.market.does["fruits.price"] = costs(2000)
    assert await street.look(7199) == []
    assert len(await street.look(1)) == 1
    street.town.market.does["fruits.price"] = costs(3000)
    assert await street.look(7199) == []
    assert len(await street.look(1)) == 1


async def test_several_processes_tell_a_change_once(street: Street) -> None:
    await street.subscribed()
    street.town.market.does["fruits.price"] = costs(2000)
    street.town.clock.now += LOOK_SECONDS
    assert sum(await asyncio.gather(*(street.owed.round() for _ in range(4)))) == 1


async def test_withdrawn_news_are_sent_when_published_again(street: Street) -> None:
    rows = {tables.exam_sessions: SESSION, tables.result_sets: SET, tables.publications: PUBLICATION}
    for table, row in rows.items():
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
