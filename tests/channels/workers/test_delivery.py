"""Every message is taken to its gateway, and what the gateway says decides: again, never, or ask an operator."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any, ClassVar

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from authoring.replay.fakes import FakeClock
from channels.africastalking.sender import TIMEOUT
from channels.contracts.sender import Message, NeedsOperator, PermanentFailure, RetryLater
from channels.outbox.repository import Outbox
from channels.outbox.sender_wrappers import DryRunSender
from channels.workers.delivery import FIRST, LONGEST, MOST, PATIENCE, TURN, DeliveryWorker
from database import tables
from database.encryption import Seal
from database.leased_queue import LEASE_SECONDS
from state.errors import SourceUnavailable, StoreUnavailable
from state.interfaces import Recipient
from tests.support.database import Registry

NUMBER = "+2290190000001"


class Gateway:
    """A sender whose `does` maps a message's key to an error, or to seconds that it takes."""

    gateway: ClassVar[str] = "sms"
    per_second: ClassVar[float] = 1000.0

    def __init__(self) -> None:
        self.does: dict[str, Exception | float] = {}
        self.took: Counter[str] = Counter()

    async def close(self) -> None:
        """Nothing is held open."""

    async def send(self, message: Message) -> str:
        behaviour = self.does.get(message.key)
        if isinstance(behaviour, Exception):
            raise behaviour
        await asyncio.sleep(behaviour or 0)
        self.took[message.key] += 1
        return f"ref-{message.key}"


class House:
    """An outbox, a delivery with no chance in it, and the gateway behind."""

    def __init__(self, registry: Registry) -> None:
        self.clock, self.gateway, self.registry = FakeClock(), Gateway(), registry
        self.paces: list[float | Exception] = []
        self.outbox = Outbox(registry.database, Seal("a secret"), self.clock)
        self.stopped: set[str] = set()
        self.delivery = DeliveryWorker(self.outbox, [self.gateway], self.pace, self.has_stopped, lambda: 0.5)

    async def pace(self, gateway: str) -> float:
        pace = self.paces.pop(0) if self.paces else 0.0
        if isinstance(pace, Exception):
            raise pace
        return pace

    async def has_stopped(self, who: Recipient) -> bool:
        return who.address in self.stopped

    async def post(self, *keys: str, gateway: str = "sms") -> None:
        for key in keys:
            await self.outbox.enqueue(Message(key, gateway, NUMBER, "Bonjour"))

    async def rows(self) -> dict[str, dict[str, Any]]:
        return {row["key"]: row for row in await self.registry.database.rows(select(tables.outbox))}

    async def seconds(self, key: str) -> float:
        """In how many seconds a message is due again."""
        return float((await self.rows())[key]["due_at"] / 1000 - self.clock.now)


@pytest.fixture
def house(registry: Registry) -> House:
    return House(registry)


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
    monkeypatch.setattr("channels.workers.delivery.PATIENCE", 0.05)
    await house.post("slow", "quick")
    house.gateway.does["slow"] = 30.0
    await house.delivery.round()
    rows = await house.rows()
    assert (rows["quick"]["state"], rows["slow"]["state"], rows["slow"]["why"]) == ("sent", "queued", "no_answer")


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
    assert sum(TIMEOUT) < PATIENCE


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
    await DeliveryWorker(house.outbox, [DryRunSender("sms", said.append)], house.pace, house.has_stopped).round()
    assert said == ["SMS non envoyé (aucune passerelle) au …0001, 1 partie(s) en GSM :\n  Bonjour"]
    row = (await house.rows())["a"]
    assert (row["state"], row["why"]) == ("cancelled", "no_gateway")


async def test_in_production_the_journal_holds_no_words(house: House) -> None:
    said: list[str] = []
    await house.post("a")
    await DeliveryWorker(
        house.outbox, [DryRunSender("sms", said.append, whole=False)], house.pace, house.has_stopped
    ).round()
    assert said == ["SMS non envoyé (aucune passerelle) au …0001, 1 partie(s) en GSM :"]


async def test_opted_out_citizen_gets_no_news(house: House) -> None:
    await house.post("news")
    await house.outbox.enqueue(Message("answer", "sms", NUMBER, "Bonjour", is_awaited=True))
    house.stopped.add(NUMBER)
    await house.delivery.round()
    rows = await house.rows()
    assert (rows["news"]["state"], rows["news"]["why"], rows["answer"]["state"]) == ("cancelled", "stopped", "sent")


async def test_several_deliveries_send_each_message_once(house: House) -> None:
    keys = [f"m{number:03}" for number in range(3 * MOST)]
    await house.post(*keys)
    house.gateway.does.update(dict.fromkeys(keys, 0.002))
    others = [DeliveryWorker(house.outbox, [house.gateway], house.pace, house.has_stopped) for _ in range(3)]
    while any(await asyncio.gather(*(one.round() for one in others))):
        pass
    assert house.gateway.took == dict.fromkeys(keys, 1)


async def test_delivery_continues_when_the_database_recovers(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("channels.workers.delivery.IDLE", 0.01)
    await house.post("a")
    claim, down = house.outbox.claim, 3

    async def claimed(most: int) -> Any:
        nonlocal down
        if down:
            down -= 1
            raise SourceUnavailable("made to fail")
        return await claim(most)

    monkeypatch.setattr(house.outbox, "claim", claimed)
    with capture_logs() as logs:
        running = asyncio.create_task(house.delivery.run())
        async with asyncio.timeout(10):
            while not house.gateway.took:  # noqa: ASYNC110 - what is waited for happens behind a gateway
                await asyncio.sleep(0.01)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert [line["event"] for line in logs] == ["outbox not read"] * 3
    assert house.gateway.took == {"a": 1}
