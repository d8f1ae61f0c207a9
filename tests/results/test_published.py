"""Published results as citizens get them: at the hour, from memory or the table, also without the database."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from database import tables
from results.published import FRESH_SECONDS, STALE_SECONDS, PublishedResults, Unpublished
from state.errors import SourceUnavailable
from tests.support.results_desk import BAC, PAUL, Desk, rows

pytestmark = pytest.mark.slow


async def test_past_hour_becomes_now(desk: Desk) -> None:
    named = await desk.approved()
    await desk.publishing.publish(PAUL, named, 0)
    (row,) = await desk.registry.database.rows(select(tables.publications))
    assert row["publish_at"] == int(desk.clock.now)


async def test_department_has_its_hour_and_hides_others(desk: Desk) -> None:
    made = rows()
    for row in made[15:]:
        row["department"] = "Zou"
    for row in made[:15]:
        row["department"] = "Borgou"
    named = await desk.approved(made)
    await desk.publishing.publish(PAUL, named, desk.clock.now, "Borgou")
    await desk.publishing.publish(PAUL, named, desk.clock.now + 600, "Zou")
    assert [await desk.answer(seat) for seat in ("105", "120", "999")] == ["admitted", "unpublished", "unpublished"]
    desk.clock.now += 600
    assert [await desk.answer(seat) for seat in ("105", "120", "999")] == ["admitted", "admitted", "unknown"]


async def test_first_question_waits_for_the_first_reading(desk: Desk) -> None:
    await desk.published()
    for board in (PublishedResults(desk.registry.database, desk.clock, desk.clock) for _ in range(3)):
        found = await asyncio.gather(*(board.find(BAC.code, "105") for _ in range(50)))
        assert {one and one[1].verdict for one in found} == {"admitted"}
        await board.close()


async def test_hanging_database_is_asked_once_a_second(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    await desk.published()
    assert await desk.answer() == "admitted"
    await desk.board.wait_until_filled()
    asked = 0

    async def hangs(*_: object, **__: object) -> list[dict[str, Any]]:
        nonlocal asked
        asked += 1
        await asyncio.sleep(0.05)
        raise SourceUnavailable("hangs on purpose")

    monkeypatch.setattr(desk.registry.database, "rows", hangs)
    desk.clock.now += FRESH_SECONDS
    found = await asyncio.gather(*(desk.board.find(BAC.code, "105") for _ in range(50)))
    assert {one and one[1].verdict for one in found} == {"admitted"}
    assert asked <= 2


async def test_memory_and_table_answer_alike(desk: Desk) -> None:
    await desk.published()
    desk.clock.now += FRESH_SECONDS
    fresh = PublishedResults(desk.registry.database, desk.clock, desk.clock)
    read = [await fresh.find(BAC.code, seat) for seat in ("100", "129", "99", "")]
    await fresh.wait_until_filled()
    assert [await fresh.find(BAC.code, seat) for seat in ("100", "129", "99", "")] == read
    await fresh.close()


@pytest.mark.parametrize("stepped", [-3600, 3600])
async def test_clock_change_hides_no_withdrawal(desk: Desk, stepped: int) -> None:
    seconds = 0.0
    board = PublishedResults(desk.registry.database, desk.clock, lambda: seconds)
    await desk.published()
    desk.clock.now += 7200
    assert (await board.find(BAC.code, "105")) is not None
    await desk.publishing.withdraw(PAUL, BAC.code, "", "une erreur")
    desk.clock.now += stepped
    seconds += FRESH_SECONDS
    with pytest.raises(Unpublished):
        await board.find(BAC.code, "105")
    await board.wait_until_filled()
    await desk.registry.database.close()
    await desk.registry.stop()
    seconds += STALE_SECONDS - 1
    with pytest.raises(Unpublished):
        await board.find(BAC.code, "105")
    seconds += 2
    with pytest.raises(SourceUnavailable):
        await board.find(BAC.code, "105")
    await board.close()


async def test_publication_hour_follows_the_wall_clock(desk: Desk) -> None:
    board = PublishedResults(desk.registry.database, desk.clock, lambda: 0.0)  # read once, and for good
    await desk.publishing.publish(PAUL, await desk.approved(), desk.clock.now + 3600)
    for hours, is_public in ((0, False), (1, True), (-1, False), (1, True)):
        desk.clock.now += hours * 3600
        if is_public:
            assert await board.find(BAC.code, "105")
        else:
            with pytest.raises(Unpublished):
                await board.find(BAC.code, "105")
    await board.close()


async def test_published_result_outlasts_the_database_for_a_while(desk: Desk) -> None:
    await desk.published()
    assert await desk.answer() == "admitted"
    await desk.board.wait_until_filled()
    await desk.registry.database.close()
    await desk.registry.stop()
    assert await desk.answer() == "admitted"
    desk.clock.now += 60
    with pytest.raises(SourceUnavailable):
        await desk.answer()
