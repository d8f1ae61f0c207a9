"""Figures: what is counted of citizens' hops, what never is, and that nothing is lost or counted twice on the way."""

from __future__ import annotations

import asyncio
import re
from datetime import date

import pytest

from analytics.counters import MOST_SOUGHT, OVERFLOW_NAME, Counters, Figure, figures_of
from analytics.flush import MOST_OF_ONE, Flushing, Searches, flushing, tellable
from analytics.repository import MOST_NAMES, UsageRepository
from authoring.replay.fakes import FakeClock
from channels.contracts.sender import Message, RetryLater
from channels.outbox.sender_wrappers import CountingSender as CountedSender
from state.errors import SourceUnavailable
from state.identity import network
from state.interfaces import Inbound, Outcome
from state.store.memory import InMemory
from tests.support.conversation import BOT, Town
from tests.support.database import Registry
from tests.support.usage import Counted, add, counting, rows

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
    assert came == {"home.welcome": 2, "fruits.which": 1, "fruits.many": 2, "fruits.told": 1, "home.bye": 1}
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
            await here.town.conversation.handle_message(_message(here, said, number), BOT, 60.0)
    await here.flushing.flush()
    stored = str(await rows(registry.database))
    assert "arrived" in stored
    assert isinstance(store, InMemory)
    sought = [key for key in store.entries if key.startswith("sought:")]
    for words in (stored, str(sought)):
        assert not re.search(r"(?i)2290196|19612|4321|s[eé]same|baobab|kodjo|awa|parakou|carte", words)


async def test_search_words_of_three_citizens_are_stored_once(registry: Registry) -> None:
    here = Counted(registry.database)

    async def seek(words: str, citizen: int) -> None:
        message = _message(here, words, f"+229019612345{citizen}")
        await here.town.conversation.handle_message(message, BOT, 60.0)

    for citizen in (1, 2, 2):
        await seek("Tracteur !", citizen)
    assert await here.kept("sought") == {}
    await seek("tracteur", 3)
    assert await here.kept("sought") == {"tracteur": 3}
    await seek("TRACTEUR", 4)
    assert await here.kept("sought") == {"tracteur": 4}
    assert await here.kept("nothing") == {"": 5}


async def test_one_citizen_on_two_channels_is_one(registry: Registry) -> None:
    here = Counted(registry.database)
    for channel, number in (("sms", 1), ("whatsapp", 1), ("bot", 1), ("sms", 2)):
        inbound = Inbound(
            channel, f"+229019612345{number}", "", "tracteur", inputs_are_cumulative=False, message=channel
        )
        await here.town.conversation.handle_message(inbound, BOT, 60.0)
    assert await here.kept("sought") == {}


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Permis de CONDUIRE", "permis de conduire"),
        ("<script>alert</script>", "script alert script"),
        ("=HYPERLINK(A)", "hyperlink a"),
        ("12345", ""),
        ("dossier 12345", ""),
        ("tel ٠١٩٦", ""),
        ("x" * 41, ""),
        ("!?", ""),
    ],
)
def test_words_with_digits_or_long_ones_are_hidden(typed: str, shown: str) -> None:
    assert tellable(typed) == shown


async def test_one_citizen_cannot_fill_the_list_of_words() -> None:
    store, counters, clock = InMemory(), Counters(), 1_790_000_000.0
    searches = Searches(store, "demo")
    letters = [f"mot {chr(97 + number)}" for number in range(MOST_OF_ONE + 5)]
    for citizen in ("a", "b", "c"):
        for words in letters:
            counters.record_failed_search(words, citizen, clock)
    waiting = list(counters.waiting)
    for sought in waiting:
        await searches.record(sought, counters)
    counted = [figure for figure in figures_of(counters.drain()) if figure.what == "sought"]
    assert len(counted) == MOST_OF_ONE
    await store.close()


def test_searches_that_wait_are_bounded() -> None:
    counters = Counters()
    for number in range(MOST_SOUGHT + 50):
        counters.record_failed_search("mot", str(number), 0.0)
    assert len(counters.waiting) == MOST_SOUGHT


async def test_the_day_begins_at_midnight_in_benin(registry: Registry) -> None:
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


async def test_two_processes_add_up(registry: Registry) -> None:
    town = Town()
    both = Counted(registry.database), Counted(registry.database)
    for number in range(20):
        counting(town, both[number % 2].counters)
        await town.phone(f"+22901900000{number:02}").dial("7*2")
        await asyncio.gather(*(one.flushing.flush() for one in both))
    assert await both[0].kept("calls") == {"test": 20}
    assert (await both[1].kept("arrived"))["fruits.many"] == 20


async def test_many_flushes_at_once_lose_nothing(registry: Registry) -> None:
    day = date(2026, 11, 24)
    batches = [
        [Figure(day, hour, "arrived", f"s{place}", 1) for place in range(50)] for hour in (8, 9) for _ in range(10)
    ]
    await asyncio.gather(*(UsageRepository(registry.database).add(one) for one in batches))
    found = await rows(registry.database)
    assert (len(found), sum(row["many"] for row in found)) == (100, 1000)


async def test_failed_flush_is_repaired_by_the_next(registry: Registry) -> None:
    here = Counted(registry.database)
    await here.town.phone("+2290196000001").dial()
    await registry.database.close()
    await registry.stop()
    assert not await here.flushing.flush()
    await here.town.phone("+2290196000002").dial()
    assert not await here.flushing.flush()
    await registry.start()
    assert await here.kept("calls") == {"test": 2}
    assert await here.kept("calls") == {"test": 2}


async def test_what_was_counted_is_kept_at_the_end(registry: Registry) -> None:
    here = Counted(registry.database)
    async with flushing(here.flushing):
        await here.town.phone().dial()
    assert [row["many"] for row in await rows(registry.database) if row["what"] == "calls"] == [1]


async def test_counting_error_stops_nothing() -> None:
    class Broken(UsageRepository):
        def __init__(self) -> None:
            self.tries = 0

        async def add(self, counts: object) -> None:
            self.tries += 1
            raise ValueError("a mistake of ours")

    counters, ledger, store = Counters(), Broken(), InMemory()
    town = counting(Town(), counters)
    async with flushing(Flushing(counters, ledger, Searches(store, "demo"))):
        assert (await town.phone().dial()).text
    assert ledger.tries == 1
    assert [figure.many for figure in figures_of(counters.drain()) if figure.what == "calls"] == [1]


async def test_lost_store_loses_words_and_no_numbers(registry: Registry) -> None:
    here = Counted(registry.database)
    here.counters.record_failed_search("tracteur", "a", 0.0)
    here.flushing = Flushing(here.counters, UsageRepository(registry.database), Searches(_Down(), "demo"))
    assert await here.kept("nothing") == {"": 1}


async def test_names_beyond_the_bound_are_counted_together(registry: Registry) -> None:
    day = date(2026, 11, 24)
    many = [Figure(day, 8, "arrived", f"s{place}", 2 if place < MOST_NAMES else 1) for place in range(MOST_NAMES + 7)]
    await add(registry.database, *many)
    found = {row["of"]: row["many"] for row in await rows(registry.database)}
    assert (len(found), found[OVERFLOW_NAME]) == (MOST_NAMES + 1, 7)


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


class _Down(InMemory):
    async def increment(self, key: str, life: float) -> int:
        from state.errors import StoreUnavailable

        raise StoreUnavailable("fails on purpose")


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


async def test_a_ledger_without_a_database_says_so(registry: Registry) -> None:
    await registry.database.close()
    await registry.stop()
    with pytest.raises(SourceUnavailable):
        await add(registry.database, Figure(date(2026, 11, 24), 8, "calls", "test", 1))


def _message(here: Counted, text: str, citizen: str) -> Inbound:
    here.town.clock.now += 1
    return Inbound("bot", citizen, "", text, inputs_are_cumulative=False, message=str(here.town.clock.now))
