"""The last publication decides for its seats, whatever its hour or the name of its set: over SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from sqlalchemy import select

from database import tables
from results.approval import ExamSession
from results.published import Unpublished
from results.refusals import PublicationRefused
from tests.support.results_desk import BAC, IDA, PAUL, SHA, file, seen
from tests.support.successive_sets import DEPARTMENTS, HOUR, Sets, listed

PLACES = [("", ""), ("Zou", "Zou"), ("", "Zou"), ("Zou", ""), ("Borgou", "Zou")]


@pytest.mark.parametrize(("first", "second"), PLACES, ids=[f"{a or 'all'} then {b or 'all'}" for a, b in PLACES])
@pytest.mark.parametrize("hours", [(HOUR, 0), (0, HOUR), (HOUR, HOUR), (HOUR, HOUR // 2), (HOUR // 2, HOUR)], ids=str)
async def test_last_publication_decides_for_its_seats(
    sets: Sets, hours: tuple[int, int], first: str, second: str
) -> None:
    """Set 9 is published first and set 10 last: as texts, they stand the other way round."""
    nine = await sets.add_until(9, listed("refused"))
    ten = await sets.add_until(10, listed("admitted"))
    began = sets.clock.now
    await sets.publish(nine, hours[0], first)
    await sets.publish(ten, hours[1], second)
    for moment in (0, HOUR // 2 + 10, HOUR + 10):
        sets.clock.now = began + moment
        expected: Mapping[str, str] = {
            department: _last(moment, [("refused", hours[0], first), ("admitted", hours[1], second)], department)
            for department in DEPARTMENTS
        }
        assert await sets.answers() == expected


def _last(moment: int, done: list[tuple[str, int, str]], department: str) -> str:
    """The answers for a department a while after these verdicts were published, at these hours and for these seats."""
    about = [(verdict, hour) for verdict, hour, where in done if where in ("", department)]
    return about[-1][0] if about and about[-1][1] <= moment else "unpublished"


async def test_withdrawn_later_publication_never_returns(sets: Sets) -> None:
    wrong, right = await sets.add(listed("refused")), await sets.add(listed("admitted"))
    await sets.publish(wrong, HOUR)
    await sets.publish(right)
    assert await sets.answers() == dict.fromkeys(DEPARTMENTS, "admitted")
    sets.clock.now += HOUR + 60
    assert await sets.answers() == dict.fromkeys(DEPARTMENTS, "admitted")
    await sets.publishing.withdraw(PAUL, BAC.code, "", "une erreur")
    sets.clock.now += HOUR
    assert await sets.answers() == dict.fromkeys(DEPARTMENTS, "unpublished")


async def test_earlier_set_returns_by_publishing_it_again(sets: Sets) -> None:
    first, second = await sets.add(listed("admitted")), await sets.add(listed("refused"))
    for named in (first, second, first, second, first):
        await sets.publish(named)
    assert await sets.answers() == dict.fromkeys(DEPARTMENTS, "admitted")
    found = await sets.registry.database.rows(
        select(tables.publications.c.number).order_by(tables.publications.c.number)
    )
    assert [row["number"] for row in found] == list(range(1, 16))  # two departments and all other seats, five times


async def test_department_is_withdrawn_from_a_full_publication(sets: Sets) -> None:
    await sets.publish(await sets.add(listed("admitted")))
    await sets.publishing.withdraw(PAUL, BAC.code, "Zou", "une erreur")
    assert await sets.answers() == {"Borgou": "admitted", "Zou": "unpublished"}
    assert await sets.answer("999") == "unpublished"  # it may be one of those
    with pytest.raises(PublicationRefused, match="Rien n'est publié"):
        await sets.publishing.withdraw(PAUL, BAC.code, "Zou", "encore")
    with pytest.raises(PublicationRefused, match="Rien n'est publié"):
        await sets.publishing.withdraw(PAUL, BAC.code, "Zuo", "mal écrit")
    await sets.publish("bac-2027.1", department="Zou")
    assert await sets.answers() == dict.fromkeys(DEPARTMENTS, "admitted")
    assert await sets.answer("999") == "unknown"


async def test_department_without_an_hour_is_unpublished(sets: Sets) -> None:
    named = await sets.add(listed("admitted"))
    await sets.publish(named, department="Borgou")
    assert await sets.answers() == {"Borgou": "admitted", "Zou": "unpublished"}
    assert await sets.answer("999") == "unpublished"
    await sets.publish(named, department="Zou")
    assert await sets.answer("999") == "unknown"


async def test_department_correction_needs_matching_lists(sets: Sets) -> None:
    made = listed("admitted")
    await sets.publish(await sets.add(made))
    moved = [{**row, "department": "Zou" if row["seat"] == "105" else row["department"]} for row in listed("refused")]
    second = await sets.add(moved)
    with pytest.raises(PublicationRefused, match=r"^1 candidat.*tous les départements"):
        await sets.publish(second, department="Zou")
    await sets.publish(second)
    assert await sets.answers() == dict.fromkeys(DEPARTMENTS, "refused")


async def test_a_list_of_another_session_is_left_alone(sets: Sets) -> None:
    await sets.publish(await sets.add(listed("admitted")))
    other = ExamSession("bac", 2027, "remplacement")
    named = await sets.publishing.store_draft(IDA, other, file(listed("refused")))
    await sets.publishing.approve(PAUL, named, SHA, seen(listed("refused")))
    await sets.publish(named, HOUR)
    assert await sets.answers() == dict.fromkeys(DEPARTMENTS, "admitted")
    with pytest.raises(Unpublished):
        await sets.board.find(other.code, "105")
