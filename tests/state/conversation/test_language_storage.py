"""The chosen language is stored for a phone; it survives an emptied store, a failing database and a replayed call."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from state.errors import StoreUnavailable
from state.interfaces import Inbound
from state.preferences import Preference
from state.store.interface import Entry
from tests.support.conversation import SMALL_LOCALES, USSD, Town
from tests.support.language_choice import CHOICE, chosen


@pytest.fixture
def town() -> Town:
    return Town(locales=SMALL_LOCALES)


async def test_language_is_stored_for_one_phone(town: Town) -> None:
    await (phone := town.phone()).dial()
    await phone.type("2")
    town.clock.now += 700
    assert (await phone.dial()).text.startswith("O we")
    assert (await town.phone("+2290190000002").dial()).text == CHOICE


async def test_language_is_shared_by_channels_of_a_phone(town: Town) -> None:
    async def first(channel: str, citizen: str) -> str:
        inbound = Inbound(channel, citizen, "s1", "", inputs_are_cumulative=True)
        return (await town.conversation.handle(inbound, USSD)).text

    phone = town.phone("+2290190000001")
    await phone.dial()
    await phone.type("2")
    assert (await first("sms", "+2290190000001")).startswith("O we")
    assert await first("telegram", "2290190000001") == CHOICE  # an id that looks like a phone is none
    assert sorted(one.language for one in town.preferences.stored.values()) == ["", "aa"]


async def test_replayed_call_begins_with_the_language_choice(town: Town) -> None:
    """Valkey lost the session: the gateway sends all inputs, the first of which was a language and not a journey."""
    phone = town.phone()
    await phone.dial()
    await phone.type("2", "7")
    town.store.entries.clear()  # type: ignore[attr-defined]
    assert (await phone.type("1")).text.startswith("no Mangue ?")
    town.clock.now += 700
    await phone.dial("7")  # a later call has no choice among its inputs
    town.store.entries.clear()  # type: ignore[attr-defined]
    assert (await phone.type("1")).text.startswith("no Mangue ?")


async def test_lost_call_takes_first_input_as_language(town: Town) -> None:
    phone = town.phone()
    await phone.dial()
    town.store.entries.clear()  # type: ignore[attr-defined]
    assert (await phone.type("2")).text.startswith("O weh")
    town.store.entries.clear()  # type: ignore[attr-defined]
    assert (await phone.type("7")).text.startswith("Fo ?")
    town.clock.now += 700
    other = town.phone("+2290190000002")
    await other.dial()  # and hangs up without choosing
    town.clock.now += 700
    assert (await other.dial("7")).text.startswith("Quel fruit ?")
    town.clock.now += 700
    assert (await other.dial()).text == CHOICE


async def test_preferences_that_are_down_stop_nobody(town: Town) -> None:
    town.preferences.down = True
    phone = town.phone()
    with capture_logs() as logs:
        assert (await phone.dial()).text.startswith("Bienvenue\nOke, Dur, Ska : tapez LANGUE\n1 Secret")
        assert (await phone.type("LANGUE", "2")).text.startswith("O we")
        assert (await phone.type("7")).text.startswith("Fo ?")
    assert [line["event"] for line in logs] == ["language not known"]
    assert "90000001" not in str(logs)
    town.clock.now += 700
    assert (await phone.dial()).text.startswith("O we"), "the store has the choice"


async def test_language_survives_a_store_that_is_emptied(town: Town) -> None:
    phone = await chosen(town, "2")
    town.store.entries.clear()  # type: ignore[attr-defined]
    assert (await phone.dial()).text.startswith("O we")


async def test_language_is_known_before_sql_has_it(town: Town) -> None:
    phone = await chosen(town, "2")
    town.preferences.stored.clear()
    assert (await phone.dial()).text.startswith("O we")
    town.clock.now += 700
    assert (await phone.dial("7")).text.startswith("Fo ?")


async def test_language_of_a_hop_that_loses_its_race_is_stored_nowhere(town: Town) -> None:
    phone, save = town.phone(), town.store.compare_and_set
    await phone.dial()
    before = dict(town.preferences.stored)

    async def lose(key: str, was: bytes, now: bytes, life: float, *beside: Entry) -> bool:
        return await save(key, b"another", now, life, *beside)

    town.store.compare_and_set = lose  # type: ignore[method-assign]
    with pytest.raises(StoreUnavailable, match="races"):
        await phone.type("2")
    town.store.compare_and_set = save  # type: ignore[method-assign]
    assert town.preferences.stored == before
    town.clock.now += 700
    assert (await phone.dial()).text == CHOICE


async def test_withdrawn_language_is_chosen_again(town: Town) -> None:
    phone = await chosen(town, "2")
    town.store.entries.clear()  # type: ignore[attr-defined]
    for citizen in town.preferences.stored:
        town.preferences.stored[citizen] = Preference("dd")
    assert (await phone.dial()).text == CHOICE
