"""The reason of a correction reaches exactly the candidates whose result changed."""

from __future__ import annotations

import pytest

from results.refusals import PublicationRefused
from tests.support.results_desk import BAC, PAUL
from tests.support.successive_sets import HOUR, SEATS, WHY, Sets, listed

pytestmark = pytest.mark.slow


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


async def test_replacing_an_unpublished_result_is_no_correction(sets: Sets) -> None:
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
