"""Search words without a hit: stored once three citizens typed them, without digits, and in a bounded number."""

from __future__ import annotations

import pytest

from analytics.counters import MAX_SOUGHT, Counters, figures_of
from analytics.flush import MAX_OF_ONE, Flushing, Searches, tellable
from analytics.repository import UsageRepository
from state.interfaces import Inbound
from state.store.memory import InMemory
from tests.support.conversation import BOT
from tests.support.database import Registry
from tests.support.failing_store import FailingStore
from tests.support.usage import Counted
from tests.support.usage_rows import bot_message


async def test_search_words_of_three_citizens_are_stored_once(registry: Registry) -> None:
    here = Counted(registry.database)

    async def seek(words: str, citizen: int) -> None:
        message = bot_message(here, words, f"+229019612345{citizen}")
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
    letters = [f"mot {chr(97 + number)}" for number in range(MAX_OF_ONE + 5)]
    for citizen in ("a", "b", "c"):
        for words in letters:
            counters.record_failed_search(words, citizen, clock)
    waiting = list(counters.waiting)
    for sought in waiting:
        await searches.record(sought, counters)
    counted = [figure for figure in figures_of(counters.drain()) if figure.what == "sought"]
    assert len(counted) == MAX_OF_ONE
    await store.close()


def test_searches_that_wait_are_bounded() -> None:
    counters = Counters()
    for number in range(MAX_SOUGHT + 50):
        counters.record_failed_search("mot", str(number), 0.0)
    assert len(counters.waiting) == MAX_SOUGHT


async def test_lost_store_loses_words_and_no_numbers(registry: Registry) -> None:
    here = Counted(registry.database)
    here.counters.record_failed_search("tracteur", "a", 0.0)
    searches = Searches(FailingStore(), "demo")
    here.flushing = Flushing(here.counters, UsageRepository(registry.database), searches, here.citizens)
    assert await here.kept("nothing") == {"": 1}
