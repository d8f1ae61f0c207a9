"""What was done last decides, whatever hours it bears and however its set is called: over SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select

from database import tables
from results.approval import ExamSession
from results.published import Unpublished
from results.refusals import PublicationRefused
from tests.results.test_publishing import BAC, IDA, PAUL, SHA, Desk, file, seen
from tests.support.database import Registry

DEPARTMENTS = ("Borgou", "Zou")
SEATS = {"Borgou": "105", "Zou": "120"}
HOUR = 3600
WHY = "Corrigé après réclamation"


def listed(verdict: str, **other: str) -> list[dict[str, str]]:
    """A list of thirty, half of each department, all with this verdict, but for those seats that have another."""
    usual = {"mention": "", "series": "D", "centre": "Centre 1"}
    return [
        {
            "seat": str(100 + n),
            "verdict": other.get(f"seat_{100 + n}", verdict),
            "department": DEPARTMENTS[n // 15],
            **usual,
        }
        for n in range(30)
    ]


class Sets(Desk):
    """A desk with as many approved sets as are asked for; each has its verdicts."""

    async def add(self, made: list[dict[str, str]]) -> str:
        named = await self.publishing.store_draft(IDA, BAC, file(made))
        await self.publishing.approve(PAUL, named, SHA, seen(made))
        return named

    async def add_until(self, number: int, made: list[dict[str, str]]) -> str:
        """The set of this number, the ones before it drafts that nobody approved."""
        while True:
            named = await self.publishing.store_draft(IDA, BAC, file(made))
            if named.endswith(f".{number}"):
                await self.publishing.approve(PAUL, named, SHA, seen(made))
                return named

    async def publish(self, named: str, later: int = 0, department: str = "", why: str = WHY) -> None:
        await self.publishing.publish(PAUL, named, self.clock.now + later, department, why)

    async def told_all(self) -> dict[str, str]:
        """The answer for each department's seat now."""
        return {department: await self.answer(seat) for department, seat in SEATS.items()}

    async def reason(self, seat: str) -> str:
        self.clock.now += 1
        found = await self.board.find(BAC.code, seat)
        return found[1].why if found else "no such session"


@pytest.fixture
async def sets(registry: Registry) -> Any:
    sets = Sets(registry)
    yield sets
    await sets.board.close()


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
        assert await sets.told_all() == expected


def _last(moment: int, done: list[tuple[str, int, str]], department: str) -> str:
    """The answers for a department a while after these verdicts were published, at these hours and for these seats."""
    about = [(verdict, hour) for verdict, hour, where in done if where in ("", department)]
    return about[-1][0] if about and about[-1][1] <= moment else "unpublished"


async def test_withdrawn_later_publication_never_returns(sets: Sets) -> None:
    wrong, right = await sets.add(listed("refused")), await sets.add(listed("admitted"))
    await sets.publish(wrong, HOUR)
    await sets.publish(right)
    assert await sets.told_all() == dict.fromkeys(DEPARTMENTS, "admitted")
    sets.clock.now += HOUR + 60
    assert await sets.told_all() == dict.fromkeys(DEPARTMENTS, "admitted")
    await sets.publishing.withdraw(PAUL, BAC.code, "", "une erreur")
    sets.clock.now += HOUR
    assert await sets.told_all() == dict.fromkeys(DEPARTMENTS, "unpublished")


async def test_earlier_set_returns_by_publishing_it_again(sets: Sets) -> None:
    first, second = await sets.add(listed("admitted")), await sets.add(listed("refused"))
    for named in (first, second, first, second, first):
        await sets.publish(named)
    assert await sets.told_all() == dict.fromkeys(DEPARTMENTS, "admitted")
    found = await sets.registry.database.rows(
        select(tables.publications.c.number).order_by(tables.publications.c.number)
    )
    assert [row["number"] for row in found] == list(range(1, 16))  # two departments and all other seats, five times


async def test_department_is_withdrawn_from_a_full_publication(sets: Sets) -> None:
    await sets.publish(await sets.add(listed("admitted")))
    await sets.publishing.withdraw(PAUL, BAC.code, "Zou", "une erreur")
    assert await sets.told_all() == {"Borgou": "admitted", "Zou": "unpublished"}
    assert await sets.answer("999") == "unpublished"  # it may be one of those
    with pytest.raises(PublicationRefused, match="Rien n'est publié"):
        await sets.publishing.withdraw(PAUL, BAC.code, "Zou", "encore")
    with pytest.raises(PublicationRefused, match="Rien n'est publié"):
        await sets.publishing.withdraw(PAUL, BAC.code, "Zuo", "mal écrit")
    await sets.publish("bac-2027.1", department="Zou")
    assert await sets.told_all() == dict.fromkeys(DEPARTMENTS, "admitted")
    assert await sets.answer("999") == "unknown"


async def test_department_without_an_hour_is_unpublished(sets: Sets) -> None:
    named = await sets.add(listed("admitted"))
    await sets.publish(named, department="Borgou")
    assert await sets.told_all() == {"Borgou": "admitted", "Zou": "unpublished"}
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
    assert await sets.told_all() == dict.fromkeys(DEPARTMENTS, "refused")


async def test_a_list_of_another_session_is_left_alone(sets: Sets) -> None:
    await sets.publish(await sets.add(listed("admitted")))
    other = ExamSession("bac", 2027, "remplacement")
    named = await sets.publishing.store_draft(IDA, other, file(listed("refused")))
    await sets.publishing.approve(PAUL, named, SHA, seen(listed("refused")))
    await sets.publish(named, HOUR)
    assert await sets.told_all() == dict.fromkeys(DEPARTMENTS, "admitted")
    with pytest.raises(Unpublished):
        await sets.board.find(other.code, "105")


async def test_correction_reason_reaches_exactly_the_changed_seats(sets: Sets) -> None:
    first = await sets.add(listed("admitted"))
    await sets.publish(first)
    changed = listed("admitted", seat_105="refused", seat_120="refused")
    changed[6]["mention"] = "Bien"
    second = await sets.add([*changed[:29], changed[29] | {"seat": "200"}])
    with pytest.raises(PublicationRefused, match="pourquoi"):
        await sets.publish(second, why="")
    await sets.publish(second)
    reasons = {seat: await sets.reason(seat) for seat in ("105", "106", "120", "129", "200", "104", "999")}
    assert reasons == {**dict.fromkeys(("105", "106", "120", "129", "200"), WHY), "104": "", "999": ""}
    await sets.publish(first, why="Le premier était le bon")  # those who were changed are changed back
    back = {seat: await sets.reason(seat) for seat in reasons}
    assert back == {seat: "Le premier était le bon" if why else "" for seat, why in reasons.items()}


async def test_department_correction_gives_no_reason_elsewhere(sets: Sets) -> None:
    await sets.publish(await sets.add(listed("admitted")))
    second = await sets.add(listed("refused"))
    await sets.publish(second, department="Zou")
    assert [await sets.reason(seat) for seat in SEATS.values()] == ["", WHY]
    await sets.publish(second, why="Toutes les séries")  # of Zou, nothing else is said than before
    assert [await sets.reason(seat) for seat in SEATS.values()] == ["Toutes les séries", WHY]


async def test_what_was_never_told_is_no_correction(sets: Sets) -> None:
    wrong, right = await sets.add(listed("refused")), await sets.add(listed("admitted"))
    await sets.publish(wrong, HOUR, why="")
    await sets.publish(right, why="")
    assert [await sets.reason(seat) for seat in SEATS.values()] == ["", ""]


async def test_publication_after_withdrawal_gives_its_reason(sets: Sets) -> None:
    first, second = await sets.add(listed("refused")), await sets.add(listed("admitted"))
    await sets.publish(first)
    await sets.publishing.withdraw(PAUL, BAC.code, "", "une erreur")
    await sets.publish(first, why="")  # nothing was changed
    assert [await sets.reason(seat) for seat in SEATS.values()] == ["", ""]
    await sets.publishing.withdraw(PAUL, BAC.code, "", "une erreur, vraiment")
    with pytest.raises(PublicationRefused, match="pourquoi"):
        await sets.publish(second, why="")
    await sets.publish(second)
    assert [await sets.reason(seat) for seat in SEATS.values()] == [WHY, WHY]


async def test_reasons_are_read_within_a_second(sets: Sets) -> None:
    first, second = await sets.add(listed("admitted")), await sets.add(listed("admitted", seat_105="refused"))
    for named in (first, second):
        await sets.publish(named)
        await sets.answer()
        await sets.board.wait_until_filled()  # both sets are in memory from now on
    assert [await sets.reason(seat) for seat in ("105", "104")] == [WHY, ""]
    await sets.publish(first, why="Non")
    assert [await sets.reason(seat) for seat in ("105", "104")] == ["Non", ""]
    await sets.board.wait_until_filled()
    assert [await sets.reason(seat) for seat in ("105", "104")] == ["Non", ""]
