"""A seat typed with other zeros in front is found if one seat alone fits, from memory and from the table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from results.published import FRESH_SECONDS, PublishedResults, Unpublished
from tests.support.results_desk import BAC, PAUL, Desk, rows

TABLE = Path(__file__).parents[1] / "data" / "understood" / "seats.yaml"
CASES: list[dict[str, Any]] = yaml.safe_load(TABLE.read_text(encoding="utf-8"))


def listed(*seats: str) -> list[dict[str, str]]:
    """Thirty rows of other seats, and these."""
    made = rows()
    return [*made, *({**made[0], "seat": seat} for seat in seats)]


@pytest.mark.parametrize("case", CASES, ids=[f"{case['said']} of {' '.join(case['where'])}" for case in CASES])
async def test_seat_is_found_if_only_one_fits(desk: Desk, case: dict[str, Any]) -> None:
    named = await desk.approved(listed(*case["where"]))
    await desk.publishing.publish(PAUL, named, desk.clock.now)
    board = PublishedResults(desk.registry.database, desk.clock, desk.clock)
    answers = []
    for _ in ("from the table", "from memory"):
        desk.clock.now += FRESH_SECONDS
        _, result = await board.find(BAC.code, case["said"])
        answers.append(result.seat if result.is_listed else "")
        await board.wait_until_filled()
    await board.close()
    assert answers == [case["expected"]] * 2


async def test_no_seat_is_guessed_before_all_are_published(desk: Desk) -> None:
    made = [{**row, "department": "Borgou"} for row in listed("00201", "0201")]
    made[-1]["department"] = "Zou"
    named = await desk.approved(made)
    await desk.publishing.publish(PAUL, named, desk.clock.now, "Borgou")
    await desk.publishing.publish(PAUL, named, desk.clock.now + 600, "Zou")
    desk.clock.now += FRESH_SECONDS
    with pytest.raises(Unpublished):
        await desk.board.find(BAC.code, "201")
    assert (await desk.board.find(BAC.code, "00201"))[1].is_listed
    desk.clock.now += 600
    assert not (await desk.board.find(BAC.code, "201"))[1].is_listed
