"""What operators see of every session, over SQLite and PostgreSQL."""

from __future__ import annotations

import pytest

from results.overview import NoSuchSet, find_result_set, load_overview
from tests.support.database import Registry
from tests.support.results_desk import BAC, IDA, PAUL, SHA, Desk, file, rows


async def test_overview_lists_sets_and_publications_newest_first(registry: Registry) -> None:
    desk = Desk(registry)
    named = await desk.published()
    desk.clock.now += 60
    second = await desk.publishing.store_draft(IDA, BAC, file(rows(verdict="refused")))
    (bac,) = await load_overview(registry.database)
    assert (bac.code, bac.sample) == ("bac-2027", False)
    assert [(one.id, one.state, one.approved_by) for one in bac.sets] == [
        (second, "draft", ""),
        (named, "approved", "paul"),
    ]
    assert [(one.departments, one.result_set, one.withdrawn_at) for one in bac.publications] == [([], named, None)]
    assert bac.is_withdrawable
    await desk.publishing.withdraw(PAUL, "bac-2027", "", "une erreur")
    (bac,) = await load_overview(registry.database)
    assert (bac.is_withdrawable, bac.publications[0].withdrawn_at) == (False, int(desk.clock.now))


async def test_set_stands_as_citizens_know_it(registry: Registry) -> None:
    desk = Desk(registry)
    named = await desk.approved()
    assert await standing(desk, named) == "approved"
    hour = int(desk.clock.now) + 3600
    await desk.publishing.publish(PAUL, named, hour)
    assert await standing(desk, named) == "planned"
    desk.clock.now = hour
    assert await standing(desk, named) == "published"
    await desk.publishing.withdraw(PAUL, "bac-2027", "", "une erreur")
    assert await standing(desk, named) == "withdrawn"


async def standing(desk: Desk, named: str) -> str:
    (bac,) = await load_overview(desk.registry.database)
    (found,) = [one for one in bac.sets if one.id == named]
    return bac.standing(found, desk.clock.now)


async def test_one_set_is_looked_at_with_its_report(registry: Registry) -> None:
    named = await Desk(registry).approved()
    found, report = await find_result_set(registry.database, named)
    assert (found.id, found.sha256, found.rows, report) == (named, SHA, 30, "{}")
    with pytest.raises(NoSuchSet, match="bac-2031"):
        await find_result_set(registry.database, "bac-2031.1")
