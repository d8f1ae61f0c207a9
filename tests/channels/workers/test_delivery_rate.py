"""Delivery at the rate of a gateway, in one process and in several."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from structlog.testing import capture_logs

from channels.africastalking.sender import LIMITS
from channels.workers.delivery_window import MAX_AHEAD, TURN
from channels.workers.gateway_delivery import PATIENCE
from database.leased_queue import LEASE_SECONDS
from state.errors import SourceUnavailable, StoreUnavailable
from tests.support import patience
from tests.support.delivery_rounds import RoundWorker
from tests.support.delivery_setup import House


async def test_message_waits_for_its_pace_or_is_released(house: House) -> None:
    await house.post("a")
    house.paces = [0.01, 0.02, 0.0]
    await house.delivery.round()
    assert (await house.rows())["a"]["state"] == "sent"
    await house.post("b")
    house.paces = [TURN + 5]
    await house.delivery.round()
    row = (await house.rows())["b"]
    assert (row["state"], row["why"], round(await house.seconds("b"))) == ("queued", "no_turn", TURN + 5)


async def test_nothing_is_sent_while_the_pace_is_unknown(house: House) -> None:
    await house.post("a")
    house.paces = [StoreUnavailable("made to fail")]
    await house.delivery.round()
    row = (await house.rows())["a"]
    assert (row["state"], row["why"]) == ("queued", "pace_unknown")
    assert house.gateway.took == {}


def test_lease_outlasts_wait_and_try() -> None:
    assert TURN + PATIENCE < LEASE_SECONDS
    assert LIMITS.seconds < PATIENCE


async def test_several_deliveries_send_each_message_once(house: House) -> None:
    keys = [f"m{number:03}" for number in range(3 * MAX_AHEAD)]
    await house.post(*keys)
    house.gateway.does.update(dict.fromkeys(keys, 0.002))
    others = [RoundWorker(house.outbox, [house.gateway], house.pace, house.has_stopped) for _ in range(3)]
    while any(await asyncio.gather(*(one.round() for one in others))):
        pass
    assert house.gateway.took == dict.fromkeys(keys, 1)


async def test_delivery_continues_when_the_database_recovers(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("channels.workers.delivery.IDLE", 0.01)
    await house.post("a")
    claim, down = house.outbox.claim, 3

    async def claimed(gateway: str, most: int) -> Any:
        nonlocal down
        if down:
            down -= 1
            raise SourceUnavailable("made to fail")
        return await claim(gateway, most)

    monkeypatch.setattr(house.outbox, "claim", claimed)
    with capture_logs() as logs:
        running = asyncio.create_task(house.delivery.run())
        async with asyncio.timeout(patience.PATIENCE):
            while not house.gateway.took:  # noqa: ASYNC110 - what is waited for happens behind a gateway
                await asyncio.sleep(0.01)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert [line["event"] for line in logs] == ["outbox not read"] * 3
    assert house.gateway.took == {"a": 1}
