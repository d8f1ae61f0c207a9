"""Messages whose publication is no longer valid are cancelled, and all others leave."""

from __future__ import annotations

import asyncio

import pytest

from channels.contracts.sender import ClaimedMessage, Message
from tests.support.announced_sets import Announced, withdraw, withdraw_borgou
from tests.support.patience import PATIENCE

pytestmark = pytest.mark.slow


async def test_claim_of_killed_process_is_wiped(desk: Announced) -> None:
    await desk.announce(2, "Admis(e)")
    claimed = await desk.outbox.claim("sms", 2)
    assert await desk.outbox.hand_over(claimed[0])  # and then its process was killed
    await withdraw(desk)
    assert not await desk.outbox.hand_over(claimed[1])
    desk.clock.now += 3600
    assert await desk.outbox.claim("sms", 2) == []
    await desk.outbox.tidy()
    assert (await desk.states(), await desk.words_left()) == ({"cancelled": 2}, 0)


async def test_failed_message_is_not_retried_after_action(desk: Announced) -> None:
    await desk.announce(1, "Admis(e)")
    desk.fails, desk.seconds = True, 0.3
    working = asyncio.create_task(desk.delivery().round())
    async with asyncio.timeout(PATIENCE):
        while not desk.took:  # noqa: ASYNC110 - what is waited for happens behind a gateway
            await asyncio.sleep(0.002)
    await withdraw(desk)
    await working
    assert (await desk.states(), await desk.words_left()) == ({"cancelled": 1}, 0)


async def test_other_departments_and_messages_without_basis_leave(desk: Announced) -> None:
    await desk.announce(3, "de Zou", seat="120")
    await desk.announce(3, "de Borgou")
    await desk.outbox.enqueue(Message("else", "sms", "+2290190000001", "Bonjour"))
    await withdraw_borgou(desk)
    await desk.delivery().round()
    assert desk.took == {"de Zou": 3, "Bonjour": 1}


async def test_unknown_seat_depends_on_every_list(desk: Announced) -> None:
    await desk.announce(1, "dans aucune liste", seat="999")
    await desk.publish("bac-2027.2", department="Zou")
    await desk.delivery().round()
    assert desk.took == {}


async def test_awaited_answer_is_withdrawn_too(desk: Announced) -> None:
    await desk.announce(1, "Admis(e)", is_awaited=True)
    await withdraw(desk)
    await desk.delivery().round()
    assert desk.took == {}


async def test_repeated_message_is_not_outdated(desk: Announced) -> None:
    basis = await desk.basis()
    posted = [await desk.outbox.enqueue(desk.message("once", "Admis(e)", basis)) for _ in range(2)]
    assert posted == [True, False]
    (claimed,) = await desk.outbox.claim("sms", 5)
    assert isinstance(claimed, ClaimedMessage)
    assert claimed.message.basis == basis
