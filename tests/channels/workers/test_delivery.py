"""Delivery sends each message, and the gateway's answer decides: sent, again, never, or for an operator."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from channels.contracts.sender import Message, NeedsOperator, PermanentFailure, RetryLater
from channels.outbox.sender_wrappers import DryRunSender
from channels.workers.gateway_delivery import FIRST, LONGEST
from database.leased_queue import LEASE_SECONDS
from tests.support.delivery_rounds import RoundWorker
from tests.support.delivery_setup import NUMBER, House


async def test_due_message_is_sent_and_reference_stored(house: House) -> None:
    await house.post("a", "b")
    assert await house.delivery.round() == 2
    rows = await house.rows()
    assert {(row["state"], row["reference"]) for row in rows.values()} == {("sent", "ref-a"), ("sent", "ref-b")}
    assert await house.delivery.round() == 0


async def test_failing_gateway_is_retried_with_doubling_pauses(house: House) -> None:
    await house.post("a")
    house.gateway.does["a"] = RetryLater("busy")
    pauses = []
    for _ in range(12):
        await house.delivery.round()
        pauses.append(round(await house.seconds("a")))
        house.clock.now += pauses[-1]
    assert pauses[:4] == [FIRST, 2 * FIRST, 4 * FIRST, 8 * FIRST]
    assert max(pauses) == LONGEST
    house.gateway.does.clear()
    await house.delivery.round()
    assert house.gateway.took == {"a": 1}


async def test_requested_pause_is_respected(house: House) -> None:
    await house.post("a")
    house.gateway.does["a"] = RetryLater("too_many", 42)
    await house.delivery.round()
    assert round(await house.seconds("a")) == 42


async def test_permanent_failure_is_not_retried(house: House) -> None:
    await house.post("a")
    house.gateway.does["a"] = PermanentFailure("invalid_number")
    await house.delivery.round()
    row = (await house.rows())["a"]
    assert (row["state"], row["why"], row["text"]) == ("failed", "invalid_number", "")


@pytest.mark.parametrize("gateway", ["sms", "nobody's"])
async def test_operator_error_is_logged_without_number(house: House, gateway: str) -> None:
    await house.post("a", gateway=gateway)
    house.gateway.does["a"] = NeedsOperator("wrong_key")
    with capture_logs() as logs:
        await house.delivery.round()
    assert [line["event"] for line in logs] == ["messages wait for an operator"]
    assert "90000001" not in str(logs)
    assert (await house.rows())["a"]["state"] == "queued"
    assert round(await house.seconds("a")) == LONGEST


async def test_hanging_gateway_does_not_block_others(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("channels.workers.gateway_delivery.PATIENCE", 0.05)
    await house.post("slow", "quick")
    house.gateway.does["slow"] = 30.0
    await house.delivery.round()
    rows = await house.rows()
    assert (rows["quick"]["state"], rows["slow"]["state"], rows["slow"]["why"]) == ("sent", "queued", "no_answer")


async def test_failing_sender_loses_no_message(house: House) -> None:
    await house.post("a", "b")
    house.gateway.does["a"] = KeyError("a mistake in the sender")
    with capture_logs() as logs:
        assert await house.delivery.round() == 2
    assert [line["event"] for line in logs] == ["message failed"]
    rows = await house.rows()
    assert (rows["a"]["state"], rows["b"]["state"]) == ("sending", "sent")
    house.gateway.does.clear()
    house.clock.now += LEASE_SECONDS
    await house.delivery.round()
    assert (await house.rows())["a"]["state"] == "sent"


async def test_dry_run_prints_and_suppresses_a_message(house: House) -> None:
    said: list[str] = []
    await house.post("a")
    await RoundWorker(house.outbox, [DryRunSender("sms", said.append)], house.pace, house.has_stopped).round()
    assert said == ["SMS non envoyé (aucune passerelle) au …0001, 1 partie en GSM :\n  Bonjour"]
    row = (await house.rows())["a"]
    assert (row["state"], row["why"]) == ("cancelled", "no_gateway")


async def test_in_production_the_journal_holds_no_words(house: House) -> None:
    said: list[str] = []
    await house.post("a")
    await RoundWorker(
        house.outbox, [DryRunSender("sms", said.append, whole=False)], house.pace, house.has_stopped
    ).round()
    assert said == ["SMS non envoyé (aucune passerelle) au …0001, 1 partie en GSM :"]


async def test_opted_out_citizen_gets_no_news(house: House) -> None:
    await house.post("news")
    await house.outbox.enqueue(Message("answer", "sms", NUMBER, "Bonjour", is_awaited=True))
    house.stopped.add(NUMBER)
    await house.delivery.round()
    rows = await house.rows()
    assert (rows["news"]["state"], rows["news"]["why"], rows["answer"]["state"]) == ("cancelled", "stopped", "sent")
