"""The check by a second person: drawn seats, all right or not, three tries, and nothing to be learnt from it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator

import pytest

from accounts.accounts import Operator
from accounts.audit import Audit
from authoring.replay.fakes import FakeClock
from database.tables import approval_draws
from results.approval import MISMATCH, OUT
from results.approval_sample import MAX_SEATS, MAX_TRIES
from results.publishing import Publishing
from results.refusals import PublicationRefused
from tests.results.test_publishing import BAC, IDA, LIST, PAUL, SHA, Desk, file, rows
from tests.support.database import Registry

EVA = Operator("eva", "approver")
WRONG = dict.fromkeys(LIST, "refused")


@pytest.fixture
async def desk(registry: Registry) -> AsyncIterator[Desk]:
    desk = Desk(registry)
    yield desk
    await desk.board.close()


async def refused(desk: Desk, by: Operator, named: str, sha256: str, seen: dict[str, str]) -> str:
    with pytest.raises(PublicationRefused) as told:
        await desk.deeds.approve(by, named, sha256, seen)
    return str(told.value)


async def test_seats_are_drawn_from_the_file_at_random_and_stay_those_of_one_approver(desk: Desk) -> None:
    named = await desk.deeds.store_draft(IDA, BAC, file())
    drawn = await desk.deeds.draw_seats(PAUL, named)
    assert (len(set(drawn)), set(drawn) <= LIST.keys()) == (MAX_SEATS, True)
    elsewhere = Publishing(desk.registry.database, production=True, clock=FakeClock())
    assert [await one.draw_seats(PAUL, named) for one in (desk.deeds, elsewhere)] == [drawn, drawn]
    others = [await desk.deeds.draw_seats(Operator(f"approver-{number}", "approver"), named) for number in range(5)]
    assert len({drawn, *others}) > 1  # that five draws of ten out of thirty are all the same does not happen


async def test_windows_that_draw_at_once_show_the_same_seats(desk: Desk) -> None:
    named = await desk.deeds.store_draft(IDA, BAC, file())
    assert len(set(await asyncio.gather(*(desk.deeds.draw_seats(PAUL, named) for _ in range(8))))) == 1


async def test_every_seat_of_a_file_has_its_chance(desk: Desk) -> None:
    named = await desk.deeds.store_draft(IDA, BAC, file())
    drawn = Counter[str]()
    for number in range(25):
        drawn.update(await desk.deeds.draw_seats(Operator(f"approver-{number}", "approver"), named))
    assert len(drawn) > 25  # of thirty; one is left out of 25 draws once in 25 000
    assert max(drawn.values()) < 22


async def test_verdicts_that_the_approver_chose_to_look_up_are_of_no_use(desk: Desk) -> None:
    """What was an oracle: ten seats of one's own choice, one verdict after another."""
    named = await desk.deeds.store_draft(IDA, BAC, file())
    drawn = await desk.deeds.draw_seats(PAUL, named)
    own = {seat: "admitted" for seat in LIST if seat not in drawn}
    assert "verdict de chaque" in await refused(desk, PAUL, named, SHA, own)


@pytest.mark.parametrize("many", [1, 4, MAX_SEATS])
async def test_a_small_session_is_approved_with_all_its_candidates_and_with_no_fewer(desk: Desk, many: int) -> None:
    made = rows()[:many]
    named = await desk.deeds.store_draft(IDA, BAC, file(made))
    drawn = await desk.deeds.draw_seats(PAUL, named)
    assert sorted(drawn) == sorted(row["seat"] for row in made)
    right = dict.fromkeys(drawn, "admitted")
    for lacking in ({}, dict(list(right.items())[1:]), {**right, drawn[-1]: ""}):
        assert "verdict de chaque" in await refused(desk, PAUL, named, SHA, lacking)
    await desk.deeds.approve(PAUL, named, SHA, right)


async def test_a_wrong_checksum_and_wrong_verdicts_are_refused_in_the_same_words(desk: Desk) -> None:
    said = set()
    for sha256, wrong in (("b" * 64, 0), (SHA, 1), (SHA, MAX_SEATS), ("b" * 64, MAX_SEATS), ("é", 0)):
        named = await desk.deeds.store_draft(IDA, BAC, file())
        drawn = await desk.deeds.draw_seats(PAUL, named)
        said.add(await refused(desk, PAUL, named, sha256, LIST | dict.fromkeys(drawn[:wrong], "refused")))
    assert said == {f"{MISMATCH} Essais restants : 2."}


async def test_after_three_wrong_answers_another_approver_or_another_import_is_needed(desk: Desk) -> None:
    named = await desk.deeds.store_draft(IDA, BAC, file())
    for left in (2, 1):
        assert f"restants : {left}." in await refused(desk, PAUL, named, SHA, WRONG)
    assert OUT in await refused(desk, PAUL, named, SHA, WRONG)
    assert await refused(desk, PAUL, named, SHA, LIST) == OUT
    with pytest.raises(PublicationRefused, match="essais sans"):
        await desk.deeds.draw_seats(PAUL, named)
    again = await desk.deeds.store_draft(IDA, BAC, file())
    await desk.deeds.approve(PAUL, again, SHA, LIST)
    await desk.deeds.approve(EVA, named, SHA, LIST)


async def test_many_tries_at_once_are_no_more_than_three(desk: Desk) -> None:
    named = await desk.deeds.store_draft(IDA, BAC, file())
    await desk.deeds.draw_seats(PAUL, named)
    tried = await asyncio.gather(*(refused(desk, PAUL, named, SHA, WRONG) for _ in range(10)))
    assert sum(said.startswith(MISMATCH) for said in tried) == MAX_TRIES
    assert await refused(desk, PAUL, named, SHA, LIST) == OUT
    recorded = [entry for entry in await Audit(desk.registry.database).last(50) if "refused" in entry.action]
    assert len(recorded) == 11


async def test_every_wrong_answer_is_in_the_audit_whatever_else_was_refused_before(desk: Desk) -> None:
    named = await desk.deeds.store_draft(IDA, BAC, file())
    for _ in range(30):
        await refused(desk, PAUL, named, SHA, {})
    for _ in range(MAX_TRIES):
        await refused(desk, PAUL, named, SHA, WRONG)
    recorded = [dict(entry.details)["why"] for entry in await Audit(desk.registry.database).last(MAX_TRIES)]
    assert all(why.startswith(MISMATCH) for why in recorded)
    assert not any(seat in str(recorded) for seat in LIST)


async def test_a_set_that_is_no_draft_any_more_answers_nobody(desk: Desk) -> None:
    named = await desk.approved()
    for seen in (LIST, WRONG):
        assert await refused(desk, EVA, named, SHA, seen) == f"{named} n'est plus un brouillon."
    with pytest.raises(PublicationRefused):
        await desk.deeds.draw_seats(EVA, named)


async def test_nobody_else_is_given_seats(desk: Desk) -> None:
    named = await desk.deeds.store_draft(IDA, BAC, file())
    for by in (IDA, Operator("ida", "approver"), Operator("vera", "viewer"), Operator("edo", "editor")):
        with pytest.raises(PublicationRefused):
            await desk.deeds.draw_seats(by, named)


async def test_a_draft_that_is_approved_or_let_go_of_leaves_no_draw_behind(desk: Desk) -> None:
    first, second = [await desk.deeds.store_draft(IDA, BAC, file()) for _ in range(2)]
    for named in (first, second):
        await desk.deeds.draw_seats(EVA, named)
    await desk.deeds.approve(PAUL, first, SHA, LIST)
    await desk.deeds.discard(IDA, second)
    assert await desk.count(approval_draws) == 0
