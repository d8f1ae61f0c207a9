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
from tests.support.database import Registry
from tests.support.results_desk import BAC, IDA, LIST, PAUL, SHA, Desk, file, rows

EVA = Operator("eva", "approver")
WRONG = dict.fromkeys(LIST, "refused")


@pytest.fixture
async def desk(registry: Registry) -> AsyncIterator[Desk]:
    desk = Desk(registry)
    yield desk
    await desk.board.close()


async def refused(desk: Desk, by: Operator, named: str, sha256: str, seen: dict[str, str]) -> str:
    with pytest.raises(PublicationRefused) as refusal:
        await desk.publishing.approve(by, named, sha256, seen)
    return str(refusal.value)


async def test_drawn_seats_stay_for_their_approver(desk: Desk) -> None:
    named = await desk.publishing.store_draft(IDA, BAC, file())
    drawn = await desk.publishing.draw_seats(PAUL, named)
    assert (len(set(drawn)), set(drawn) <= LIST.keys()) == (MAX_SEATS, True)
    elsewhere = Publishing(desk.registry.database, production=True, clock=FakeClock())
    assert [await one.draw_seats(PAUL, named) for one in (desk.publishing, elsewhere)] == [drawn, drawn]
    others = [
        await desk.publishing.draw_seats(Operator(f"approver-{number}", "approver"), named) for number in range(5)
    ]
    assert len({drawn, *others}) > 1  # that five draws of ten out of thirty are all the same does not happen


async def test_concurrent_windows_show_the_same_seats(desk: Desk) -> None:
    named = await desk.publishing.store_draft(IDA, BAC, file())
    assert len(set(await asyncio.gather(*(desk.publishing.draw_seats(PAUL, named) for _ in range(8))))) == 1


async def test_every_seat_of_a_file_has_its_chance(desk: Desk) -> None:
    named = await desk.publishing.store_draft(IDA, BAC, file())
    drawn = Counter[str]()
    for number in range(25):
        drawn.update(await desk.publishing.draw_seats(Operator(f"approver-{number}", "approver"), named))
    assert len(drawn) > 25  # of thirty; one is left out of 25 draws once in 25 000
    assert max(drawn.values()) < 22


async def test_verdicts_of_other_seats_are_refused(desk: Desk) -> None:
    """What was an oracle: ten seats of one's own choice, one verdict after another."""
    named = await desk.publishing.store_draft(IDA, BAC, file())
    drawn = await desk.publishing.draw_seats(PAUL, named)
    own = {seat: "admitted" for seat in LIST if seat not in drawn}
    assert "verdict de chaque" in await refused(desk, PAUL, named, SHA, own)


@pytest.mark.parametrize("many", [1, 4, MAX_SEATS])
async def test_small_set_needs_all_its_candidates(desk: Desk, many: int) -> None:
    made = rows()[:many]
    named = await desk.publishing.store_draft(IDA, BAC, file(made))
    drawn = await desk.publishing.draw_seats(PAUL, named)
    assert sorted(drawn) == sorted(row["seat"] for row in made)
    right = dict.fromkeys(drawn, "admitted")
    for lacking in ({}, dict(list(right.items())[1:]), {**right, drawn[-1]: ""}):
        assert "verdict de chaque" in await refused(desk, PAUL, named, SHA, lacking)
    await desk.publishing.approve(PAUL, named, SHA, right)


async def test_wrong_checksum_and_verdicts_share_one_text(desk: Desk) -> None:
    said = set()
    for sha256, wrong in (("b" * 64, 0), (SHA, 1), (SHA, MAX_SEATS), ("b" * 64, MAX_SEATS), ("é", 0)):
        named = await desk.publishing.store_draft(IDA, BAC, file())
        drawn = await desk.publishing.draw_seats(PAUL, named)
        said.add(await refused(desk, PAUL, named, sha256, LIST | dict.fromkeys(drawn[:wrong], "refused")))
    assert said == {f"{MISMATCH} Essais restants : 2."}


async def test_three_wrong_answers_end_an_approvers_tries(desk: Desk) -> None:
    named = await desk.publishing.store_draft(IDA, BAC, file())
    for left in (2, 1):
        assert f"restants : {left}." in await refused(desk, PAUL, named, SHA, WRONG)
    assert OUT in await refused(desk, PAUL, named, SHA, WRONG)
    assert await refused(desk, PAUL, named, SHA, LIST) == OUT
    with pytest.raises(PublicationRefused, match="essais sans"):
        await desk.publishing.draw_seats(PAUL, named)
    again = await desk.publishing.store_draft(IDA, BAC, file())
    await desk.publishing.approve(PAUL, again, SHA, LIST)
    await desk.publishing.approve(EVA, named, SHA, LIST)


async def test_concurrent_tries_share_the_limit(desk: Desk) -> None:
    named = await desk.publishing.store_draft(IDA, BAC, file())
    await desk.publishing.draw_seats(PAUL, named)
    tried = await asyncio.gather(*(refused(desk, PAUL, named, SHA, WRONG) for _ in range(10)))
    assert sum(said.startswith(MISMATCH) for said in tried) == MAX_TRIES
    assert await refused(desk, PAUL, named, SHA, LIST) == OUT
    recorded = [entry for entry in await Audit(desk.registry.database).last(50) if "refused" in entry.action]
    assert len(recorded) == 11


async def test_every_wrong_answer_is_in_the_audit(desk: Desk) -> None:
    named = await desk.publishing.store_draft(IDA, BAC, file())
    for _ in range(30):
        await refused(desk, PAUL, named, SHA, {})
    for _ in range(MAX_TRIES):
        await refused(desk, PAUL, named, SHA, WRONG)
    recorded = [dict(entry.details)["why"] for entry in await Audit(desk.registry.database).last(MAX_TRIES)]
    assert [why.startswith(MISMATCH) for why in recorded] == [True] * MAX_TRIES
    assert not any(seat in str(recorded) for seat in LIST)


async def test_only_a_draft_can_be_approved(desk: Desk) -> None:
    named = await desk.approved()
    for seen in (LIST, WRONG):
        assert await refused(desk, EVA, named, SHA, seen) == f"{named} n'est plus un brouillon."
    with pytest.raises(PublicationRefused):
        await desk.publishing.draw_seats(EVA, named)


async def test_nobody_else_is_given_seats(desk: Desk) -> None:
    named = await desk.publishing.store_draft(IDA, BAC, file())
    for by in (IDA, Operator("ida", "approver"), Operator("vera", "viewer"), Operator("edo", "editor")):
        with pytest.raises(PublicationRefused):
            await desk.publishing.draw_seats(by, named)


async def test_finished_draft_leaves_no_drawn_seats(desk: Desk) -> None:
    first, second = [await desk.publishing.store_draft(IDA, BAC, file()) for _ in range(2)]
    for named in (first, second):
        await desk.publishing.draw_seats(EVA, named)
    await desk.publishing.approve(PAUL, first, SHA, LIST)
    await desk.publishing.discard(IDA, second)
    assert await desk.count(approval_draws) == 0
