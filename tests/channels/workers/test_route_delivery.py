"""A message leaves by the gateway of its network, and by another while that one fails."""

from __future__ import annotations

import pytest

from channels.contracts.sender import NeedsOperator, PermanentFailure, RetryLater, Shown
from channels.routing.route_choice import TRIAL_SECONDS
from channels.routing.route_health import FAILURES, FIRST_REST, STALE_SECONDS
from channels.routing.route_table import RouteTable
from channels.workers.gateway_delivery import FIRST
from tests.support.database import Registry
from tests.support.routed_processes import ABROAD, MOOV, MTN, TABLE, RoutedTown, SendingProcess

ALL = ("mtn-sms", "operateur", "africastalking")


async def test_message_leaves_by_the_gateway_of_its_network(registry: Registry) -> None:
    town = RoutedTown(registry)
    process = SendingProcess(town, *ALL)
    await town.post(a=MTN, b=MOOV, c=ABROAD)
    await process.round()
    assert await town.routes() == {"a": "mtn-sms", "b": "operateur", "c": "africastalking"}


async def test_looking_up_a_network_counts_no_try(registry: Registry) -> None:
    town = RoutedTown(registry)
    await town.post(a=MTN)
    await SendingProcess(town, *ALL).round()
    assert (await town.rows())["a"]["tries"] == 1


@pytest.mark.parametrize("error", [RetryLater("status_503"), NeedsOperator("InsufficientBalance"), TimeoutError()])
async def test_failing_gateway_leaves_its_messages_to_the_next(registry: Registry, error: Exception) -> None:
    town = RoutedTown(registry)
    process = SendingProcess(town, *ALL)
    process.gateways["mtn-sms"].fails = error
    await town.post(**{f"m{number}": MTN for number in range(20)})
    for _ in range(round(FIRST) + 2):
        await process.round()
        town.clock.now += 1.0
    assert await town.routes() == {f"m{number}": "africastalking" for number in range(20)}
    assert process.gateways["mtn-sms"].asked == FAILURES
    assert set(process.gateways["africastalking"].took.values()) == {1}


async def test_one_message_alone_finds_the_fallback_soon(registry: Registry) -> None:
    town = RoutedTown(registry)
    process = SendingProcess(town, *ALL)
    process.gateways["mtn-sms"].fails = NeedsOperator("wrong_key")
    await town.post(a=MTN)
    for _ in range(FAILURES):
        await process.round()
        town.clock.now += FIRST
    await process.round()
    assert await town.routes() == {"a": "africastalking"}


async def test_gateway_is_tried_with_one_message_and_works_again(registry: Registry) -> None:
    town = RoutedTown(registry)
    process = SendingProcess(town, *ALL)
    gateway = process.gateways["mtn-sms"]
    gateway.fails = RetryLater("status_503")
    await town.post(a=MTN, b=MTN, c=MTN)
    await process.round()
    for rest in (FIRST_REST, 2 * FIRST_REST):
        before, town.clock.now = gateway.asked, town.clock.now + rest + 1
        await town.post(**{f"{rest}-{number}": MTN for number in range(5)})
        await process.round()
        assert gateway.asked == before + 1
    gateway.fails, town.clock.now = None, town.clock.now + 4 * FIRST_REST + 1
    await process.round()
    assert process.health.condition("mtn-sms") == "up"
    await town.post(d=MTN, e=MTN)
    await process.round()
    routes = await town.routes()
    assert (routes["d"], routes["e"]) == ("mtn-sms", "mtn-sms")


async def test_fallback_leaves_the_first_pick_to_a_gateway_in_trial(registry: Registry) -> None:
    town = RoutedTown(registry)
    deliver, other = SendingProcess(town, "africastalking"), SendingProcess(town, "mtn-sms")
    other.gateways["mtn-sms"].fails = RetryLater("status_503")
    await town.post(a=MTN, b=MTN, c=MTN)
    await other.round()
    town.clock.now += FIRST_REST + 1
    await other.health.refresh()
    await town.post(d=MTN)
    await deliver.round()
    assert "d" not in await town.routes()
    town.clock.now += TRIAL_SECONDS
    await deliver.round()
    assert (await town.routes())["d"] == "africastalking"


@pytest.mark.parametrize(
    ("answer", "state"), [(PermanentFailure("impossible_number"), "failed"), (Shown("p"), "queued")]
)
async def test_refused_or_shown_message_is_no_failure(registry: Registry, answer: Exception, state: str) -> None:
    town = RoutedTown(registry)
    process = SendingProcess(town, *ALL)
    process.gateways["mtn-sms"].fails = answer
    await town.post(**{f"m{number}": MTN for number in range(FAILURES + 1)})
    await process.round()
    await process.health.refresh()
    assert process.health.condition("mtn-sms") == "up"
    assert {row["state"] for row in (await town.rows()).values()} == {state}


async def test_two_processes_send_their_own_gateways_only(registry: Registry) -> None:
    town = RoutedTown(registry)
    deliver, smpp = SendingProcess(town, "mtn-sms", "africastalking"), SendingProcess(town, "operateur")
    await smpp.health.refresh()
    await town.post(a=MTN, b=MOOV, c=ABROAD)
    await deliver.round()
    assert await town.routes() == {"a": "mtn-sms", "c": "africastalking"}
    await smpp.round()
    assert (await town.routes())["b"] == "operateur"


async def test_lost_bind_gives_its_messages_to_another_process(registry: Registry) -> None:
    town = RoutedTown(registry)
    deliver, smpp = SendingProcess(town, "mtn-sms", "africastalking"), SendingProcess(town, "operateur")
    await smpp.round()
    await deliver.round()
    smpp.gateways["operateur"].is_up = False
    await town.post(a=MOOV)
    await smpp.round()
    await deliver.round()
    assert await town.routes() == {}
    town.clock.now += STALE_SECONDS
    await smpp.round()
    await deliver.round()
    assert await town.routes() == {"a": "africastalking"}


async def test_breaker_of_one_process_is_that_of_all(registry: Registry) -> None:
    town = RoutedTown(registry)
    first, second = SendingProcess(town, "mtn-sms"), SendingProcess(town, *ALL)
    first.gateways["mtn-sms"].fails = RetryLater("status_503")
    await second.health.refresh()
    await town.post(**{f"m{number}": MTN for number in range(FAILURES)})
    await first.round()
    town.clock.now += 1.0
    await second.round()
    assert set((await town.routes()).values()) == {"africastalking"}
    assert second.gateways["mtn-sms"].asked == 0


async def test_only_what_was_in_flight_may_leave_twice(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("channels.workers.gateway_delivery.PATIENCE", 0.05)
    town = RoutedTown(registry)
    process = SendingProcess(town, *ALL)
    slow, other = process.gateways["mtn-sms"], process.gateways["africastalking"]
    keys = [f"m{number:03}" for number in range(300)]
    slow.does.update(dict.fromkeys(keys, 30.0))
    await town.post(**dict.fromkeys(keys, MTN))
    while len(await town.routes()) < len(keys):
        await process.round()
        town.clock.now += 1.0
    assert slow.asked <= slow.most_at_once
    assert other.took == dict.fromkeys(keys, 1)


async def test_report_of_the_fallback_finds_its_message(registry: Registry) -> None:
    town = RoutedTown(registry)
    process = SendingProcess(town, *ALL)
    process.gateways["mtn-sms"].is_up = False
    await town.post(a=MTN)
    await process.round()
    assert not await town.outbox.record_report("sms", "mtn-sms:ref-a", "delivered")
    assert await town.outbox.record_report("sms", "africastalking:ref-a", "delivered")


async def test_network_without_gateway_waits_and_is_named(registry: Registry) -> None:
    town = RoutedTown(registry, RouteTable(TABLE.rows[:2]))
    process = SendingProcess(town, "operateur")
    await town.post(a=MTN, b=ABROAD)
    await process.round()
    assert {row["state"] for row in (await town.rows()).values()} == {"queued"}
    assert process.choice.without_gateway() == ("MTN",)


async def test_new_table_looks_up_the_networks_again(registry: Registry) -> None:
    town = RoutedTown(registry, RouteTable(TABLE.rows[:2]))
    await town.post(a=MTN)
    await SendingProcess(town, "operateur").round()
    ported = RoutedTown(registry, RouteTable(TABLE.rows, {MTN: "Moov"}))
    await ported.outbox.unsort("sms")
    await SendingProcess(ported, *ALL).round()
    assert await ported.routes() == {"a": "operateur"}
