"""What is counted of the question after an answer: the choice, where and about what, and never who chose."""

from __future__ import annotations

from pathlib import Path

from analytics.counters import figures_of
from state.interfaces import Outcome
from tests.support.conversation import BOT
from tests.support.database import Registry
from tests.support.surveyed_town import surveyed_town
from tests.support.usage import Counted, rows
from tests.support.usage_rows import bot_message

NUMBER = "+2290196123456"


async def test_opinion_counts_by_service_channel_and_language(registry: Registry, tmp_path: Path) -> None:
    here = Counted(registry.database, surveyed_town(tmp_path))
    phone = here.town.phone(NUMBER)
    await phone.dial("7*1*2")
    await phone.type("00", "2", "1")
    assert await here.kept("opinion") == {"2 test fr service price": 1}
    for row in await rows(registry.database):
        assert NUMBER.removeprefix("+229") not in str(row)


async def test_opinion_of_an_answer_without_a_service_counts_by_journey(registry: Registry, tmp_path: Path) -> None:
    here = Counted(registry.database, surveyed_town(tmp_path))
    here.town.market.does["fruits.price"] = Outcome(
        "found", {"cost": "1", "day": "2026-03-05"}, subject="commune parakou"
    )
    for said in ("fruits", "mangue", "2", "00", "non"):
        await here.town.conversation.handle_message(bot_message(here, said, NUMBER), BOT, 60.0)
    assert await here.kept("opinion") == {"3 bot fr fruits": 1}


async def test_question_that_is_passed_over_counts_nothing(registry: Registry, tmp_path: Path) -> None:
    here = Counted(registry.database, surveyed_town(tmp_path))
    phone = here.town.phone(NUMBER)
    await phone.dial("7*1*2")
    await phone.type("00", "5")
    assert await here.kept("opinion") == {}
    assert await here.kept("missed") == {}


async def test_screen_behind_the_question_has_the_passages_of_a_call_without_it(
    registry: Registry, tmp_path: Path
) -> None:
    asked, unasked = Counted(registry.database, surveyed_town(tmp_path)), Counted(registry.database)
    for here, inputs in ((asked, ("00", "1", "3")), (unasked, ("00", "3"))):
        phone = here.town.phone(NUMBER)
        await phone.dial()
        await phone.type("7", "1", "2", *inputs)
    one, other = (
        {(figure.what, figure.of): figure.many for figure in figures_of(here.counters.drain())}
        for here in (asked, unasked)
    )
    passages = {name for name in (*one, *other) if name[0] in ("arrived", "went_on")}
    assert passages
    assert {name: one.get(name) for name in passages} == {name: other.get(name) for name in passages}
