"""Hops without HTTP: the screens of the conversation, the deadline from a given arrival, the ends of calls."""

from __future__ import annotations

import asyncio

import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from channels.webhooks.ussd_hops import UssdHops
from settings import Settings
from state.interfaces import Inbound, SessionEnd
from tests.support.conversation import USSD, Town
from tests.support.patience import PATIENCE


def hop(text: str) -> Inbound:
    return Inbound("bare", "+2290190000001", "s1", text, inputs_are_cumulative=True)


def sample(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, {"channel": "bare", **labels}) or 0.0


async def test_screens_are_those_of_the_conversation() -> None:
    town, same = Town(), Town()
    hops, phone = UssdHops("bare", USSD, town.settings), same.phone()
    shown = [await hops.answer(hop(text), town.conversation) for text in ("", "7", "7*1")]
    assert shown == [await phone.dial(), await phone.type("7"), await phone.type("1")]


async def test_deadline_counts_from_the_arrival() -> None:
    town = Town()
    hops, before = UssdHops("bare", USSD, town.settings), sample("zin_hop_seconds_sum", how="sorry")
    await hops.answer(hop(""), town.conversation)
    town.market.open.clear()
    arrived = asyncio.get_running_loop().time() - PATIENCE
    reply = await hops.answer(hop("7"), town.conversation, arrived)
    assert reply == town.conversation.unavailable_reply(USSD)
    assert sample("zin_hop_seconds_sum", how="sorry") - before >= PATIENCE


async def test_late_arrival_is_still_answered_at_once() -> None:
    town = Town()
    arrived = asyncio.get_running_loop().time() - PATIENCE
    reply = await UssdHops("bare", USSD, town.settings).answer(hop(""), town.conversation, arrived)
    assert reply == await Town().phone().dial()


async def test_overload_is_a_screen_of_its_own() -> None:
    town = Town()
    hops = UssdHops("bare", USSD, Settings(_env_file=None, most_at_once=1))
    await hops.answer(hop(""), town.conversation)
    town.market.open.clear()
    inside = asyncio.create_task(hops.answer(hop("7"), town.conversation))
    await town.market.wait_asked(1)
    other = Inbound("bare", "+2290190000002", "s2", "", inputs_are_cumulative=True)
    refused = await hops.answer(other, town.conversation, asyncio.get_running_loop().time())
    town.market.open.set()
    assert refused == town.conversation.overloaded_reply(USSD)
    assert "Quel fruit" in (await inside).text


@pytest.mark.parametrize("status", ["finished", "left", "failed"])
def test_end_is_counted_without_the_citizen(status: str) -> None:
    hops, before = UssdHops("bare", USSD, Settings(_env_file=None)), sample("zin_calls_ended_total", status=status)
    with capture_logs() as lines:
        hops.end(SessionEnd("bare", "s1", status, 3, 20.0))  # type: ignore[arg-type]  # one of the three
    assert sample("zin_calls_ended_total", status=status) == before + 1
    assert [set(line) for line in lines] == [{"event", "log_level", "channel", "status", "hops", "seconds"}]
