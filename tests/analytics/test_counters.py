"""Usage counts of citizens' hops: what is counted, once, and what never is."""

from __future__ import annotations

import asyncio
import re

import pytest

from analytics.counters import Counters, figures_of
from authoring.replay.fakes import FakeClock
from channels.contracts.sender import Message, RetryLater
from channels.outbox.sender_wrappers import CountingSender as CountedSender
from state.identity import network
from state.interfaces import Inbound, Outcome
from state.store.memory import InMemory
from tests.support.conversation import BOT
from tests.support.database import Registry
from tests.support.usage import Counted, counting, rows
from tests.support.usage_rows import bot_message

MIDNIGHT = 1_790_031_600.0  # 2026-09-22 00:00 in Benin, 23:00 UTC the day before


async def test_a_call_is_counted_from_screen_to_screen(registry: Registry) -> None:
    here = Counted(registry.database)
    phone = here.town.phone()
    await phone.dial()
    await phone.type("7", "2", "12", "0", "00", "3")
    assert await here.kept("calls") == {"test": 1}
    assert await here.kept("hops") == {"test": 7}
    assert await here.kept("served") == {"test": 1}
    assert await here.kept("language") == {"fr": 1}
    assert await here.kept("network") == {"MTN": 1}
    came, went = await here.kept("arrived"), await here.kept("went_on")
    assert came == {"home.welcome": 2, "fruits.which": 1, "fruits.many": 2, "fruits.shown": 1, "home.bye": 1}
    assert went == {name: many for name, many in came.items() if name != "home.bye"}
    assert {of.rpartition(" ")[0]: many for of, many in (await here.kept("asked")).items()} == {
        "fruits.all found": 1,
        "fruits.price found": 1,
    }


async def test_each_screen_of_a_dial_through_counts(registry: Registry) -> None:
    slow, quick, written = (Counted(registry.database) for _ in range(3))
    phone = slow.town.phone()
    await phone.dial()
    await phone.type("7", "2", "12")
    await quick.town.phone().dial("7*2*12")
    one_by_one = {figure.of: figure.many for figure in figures_of(slow.counters.drain()) if figure.what == "arrived"}
    at_once = {figure.of: figure.many for figure in figures_of(quick.counters.drain()) if figure.what == "arrived"}
    assert at_once == one_by_one
    await written.town.writer().write("fruits papaye", "12")
    by_word = {figure.of for figure in figures_of(written.counters.drain()) if figure.what == "arrived"}
    assert by_word == set(one_by_one) - {"home.welcome"}


async def test_who_hangs_up_is_seen_where_it_happened(registry: Registry) -> None:
    here = Counted(registry.database)
    for number in range(3):
        phone = here.town.phone(f"+229019000000{number}")
        await phone.dial()
        await phone.type("7", "2")
    came, went = await here.kept("arrived"), await here.kept("went_on")
    assert (came["fruits.many"], went.get("fruits.many", 0)) == (3, 0)
    assert (came["fruits.which"], went["fruits.which"]) == (3, 3)
    assert await here.kept("served") == {}


async def test_invalid_input_is_counted_on_its_screen(registry: Registry) -> None:
    here = Counted(registry.database)
    phone = here.town.phone()
    await phone.dial()
    await phone.type("9", "7", "55", "98")
    assert await here.kept("missed") == {"home.welcome": 1, "fruits.which": 2}
    assert (await here.kept("arrived"))["fruits.which"] == 1


async def test_repeated_hop_counts_once(registry: Registry) -> None:
    here = Counted(registry.database)
    here.town.clock = Ticking()
    phone = counting(here.town, here.counters).phone()
    await phone.dial()
    await asyncio.gather(*(phone.post("7") for _ in range(10)))
    await phone.post("7")
    assert await here.kept("hops") == {"test": 2}
    assert (await here.kept("arrived"))["fruits.which"] == 1


async def test_resumed_session_is_a_call_and_no_arrival(registry: Registry) -> None:
    here = Counted(registry.database)
    phone = here.town.phone()
    await phone.dial()
    await phone.type("7", "2")
    here.town.clock.now += 60
    await phone.dial()
    await phone.type("1", "12")
    assert await here.kept("calls") == {"test": 2}
    assert (await here.kept("arrived"))["fruits.many"] == 1
    assert (await here.kept("went_on"))["fruits.many"] == 1


async def test_source_failure_is_counted_by_outcome(registry: Registry) -> None:
    here = Counted(registry.database)
    here.town.market.does["fruits.price"] = Outcome("unavailable")
    await here.town.phone().dial("7*2*12")
    assert "fruits.price unavailable" in {of.rpartition(" ")[0] for of in await here.kept("asked")}
    assert await here.kept("served") == {}


async def test_counters_store_nothing_about_a_citizen(registry: Registry) -> None:
    here = Counted(registry.database)
    store = here.town.store
    for number in ("+2290196123456", "+2290196123457", "+2290196123458"):
        phone = here.town.phone(number)
        await phone.dial()
        await phone.type("7", "2", "4321", "00", "1", "sésame")
        for said in ("AWA KODJO 0196123456", "zzz ma carte 77", "je suis Awa Kodjo de Parakou, et voici mon secret"):
            await here.town.conversation.handle_message(bot_message(here, said, number), BOT, 60.0)
    await here.flushing.flush()
    stored = str(await rows(registry.database))
    assert "arrived" in stored
    assert isinstance(store, InMemory)
    sought = [key for key in store.entries if key.startswith("sought:")]
    for words in (stored, str(sought)):
        assert not re.search(r"(?i)2290196|19612|4321|s[eé]same|baobab|kodjo|awa|parakou|carte", words)


async def test_the_day_begins_at_midnight_local(registry: Registry) -> None:
    here = Counted(registry.database)
    here.town.clock.now = MIDNIGHT - 1
    await here.town.phone("+2290196000001").dial()
    here.town.clock.now = MIDNIGHT
    await here.town.phone("+2290196000002").dial()
    await here.flushing.flush()
    calls = {
        (str(row["day"]), row["hour"]): row["many"] for row in await rows(registry.database) if row["what"] == "calls"
    }
    assert calls == {("2026-09-21", 23): 1, ("2026-09-22", 0): 1}


async def test_a_conversation_without_a_tally_counts_nothing(registry: Registry) -> None:
    here = Counted(registry.database)
    await counting(here.town).phone().dial("7*2*12")
    await here.flushing.flush()
    assert await rows(registry.database) == []


class Ticking(FakeClock):
    """Time that moves whenever it is looked at, as it does."""

    def __call__(self) -> float:
        self.now += 0.001
        return self.now


class _Gateway:
    gateway, per_second = "sms", 1.0

    def __init__(self) -> None:
        self.refuses = False

    async def send(self, message: Message) -> str:
        if self.refuses:
            raise RetryLater("on_purpose")
        return "named"

    async def close(self) -> None:
        return None


async def test_accepted_message_is_counted_with_its_parts() -> None:
    counters, gateway = Counters(), _Gateway()
    sender = CountedSender(gateway, counters, lambda: 0.0)
    await sender.send(Message("k", "sms", "+2290196000001", "a" * 161))
    gateway.refuses = True
    with pytest.raises(RetryLater):
        await sender.send(Message("k", "sms", "+2290196000001", "a"))
    await sender.close()
    assert {(figure.what, figure.of): figure.many for figure in figures_of(counters.drain())} == {
        ("sent", "sms"): 1,
        ("parts", "sms"): 2,
    }


@pytest.mark.parametrize(
    ("citizen", "code", "name"),
    [
        ("+2290196123456", "", "MTN"),
        ("+2290196123456", "61602", "Moov"),
        ("+2290195123456", "99999", "Moov"),
        ("+2290140123456", "", "Celtiis"),
        ("+2290100123456", "", "autre"),
        ("+33612345678", "", "autre"),
        ("telegram-12", "", ""),
    ],
)
def test_network_is_the_gateways_or_from_the_number(citizen: str, code: str, name: str) -> None:
    assert network(Inbound("test", citizen, "s", "", inputs_are_cumulative=True, network=code)) == name
