"""What a made-up row tells says « EXEMPLE »: on every channel, in every language, in messages too; real rows never do.

The word comes with the row: neither a menu, nor a translation, nor ZIN_ENV can take it away or bring it.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import update

from database import tables
from sources.registry import build_sources
from state.interfaces import Outcome
from state.rendering.render import EXAMPLE
from tests.support.city import Sms, Telegram, Ussd, WhatsApp, city
from tests.support.conversation import BOT, SECRET_QUESTION, Town
from tests.support.database import Registry

pytestmark = pytest.mark.slow

FACTS = {"secret": "le baobab"}
MADE_UP, REAL = Outcome("found", FACTS, sample=True), Outcome("found", FACTS)
ASKED = {
    "exams.result": {"exam": "bac-2026", "seat": "12345"},
    "requests.status": {"reference": "EX-000001", "proof": "0001"},
    "careers.file": {"number": "100001", "birth_date": "03021961"},
}


@pytest.mark.parametrize("question", ASKED)
async def test_the_row_says_whether_it_is_made_up(question: str, filled: Registry) -> None:
    sources = build_sources(filled.settings, filled.database)
    assert (await sources.ask(question, ASKED[question])).sample
    for table in tables.HOLDING_SAMPLE:
        column = next(iter(table.primary_key))
        await filled.database.write(update(table).values(sample=False).returning(column))
    fresh = build_sources(filled.settings, filled.database)  # in a demonstration still: the row alone decides
    found = await fresh.ask(question, ASKED[question])
    assert (found.trigger, found.sample) == ("found", False)
    await sources.close()
    await fresh.close()


async def test_what_is_not_published_of_a_made_up_session_is_made_up_too(filled: Registry) -> None:
    sources = build_sources(filled.settings, filled.database)
    sessions = (await sources.ask("exams.open", {})).rows
    code = next(row["id"] for row in sessions if row["session"] == "remplacement")
    found = await sources.ask("exams.result", {"exam": code, "seat": "12345"})
    assert (found.trigger, found.sample) == ("unpublished", True)
    found = await sources.ask("exams.result", {"exam": "bac-2026", "seat": "99999"})
    assert (found.trigger, found.sample) == ("unknown", True)
    await sources.close()


@pytest.mark.parametrize("how", ["sms", "chat"])
async def test_the_word_stands_above_a_made_up_fact_and_not_above_a_real_one(how: str) -> None:
    town = Town()
    writer = town.writer(room=BOT) if how == "chat" else town.writer()
    for outcome, first in ((MADE_UP, EXAMPLE), (REAL, "Le secret : le baobab"), (MADE_UP, EXAMPLE)):
        town.market.does[SECRET_QUESTION] = outcome
        assert (await writer.write("secret sésame")).text.split("\n")[0] == first


async def test_the_word_leaves_with_the_facts_that_it_is_about() -> None:
    town = Town()
    phone = town.phone()
    town.market.does["fruits.price"] = Outcome("found", {"cost": "1", "day": "2026-03-05"}, sample=True)
    assert EXAMPLE not in (await phone.dial("")).text
    assert (await phone.type("7", "1", "2")).text.startswith(f"{EXAMPLE}\n")
    assert EXAMPLE not in (await phone.type("1")).text  # asked for another: nothing of the row is shown
    assert (await phone.type("3")).text.startswith(f"{EXAMPLE}\n")
    assert EXAMPLE not in (await phone.type("00")).text
    town.market.does["fruits.price"] = Outcome("found", {"cost": "1", "day": "2026-03-05"})
    assert EXAMPLE not in (await phone.type("7", "1", "2")).text


async def test_an_unknown_answer_of_a_made_up_row_says_so_too() -> None:
    town = Town()
    town.market.does["fruits.price"] = Outcome("unknown", sample=True)
    phone = town.phone()
    await phone.dial("")
    assert (await phone.type("7", "1", "2")).text.startswith(f"{EXAMPLE}\nPas de fruit.")


@pytest.mark.parametrize("language", ["fr", "fon", "yo", "bba"])
async def test_every_channel_and_language_and_the_message_that_is_sent_say_it(
    language: str, valkey_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("channels.workers.delivery.IDLE", 0.01)
    choice = str(["fr", "fon", "yo", "bba"].index(language) + 1)
    async with city(valkey_url, tmp_path) as zin:
        for citizen in (Ussd(zin), Sms(zin), WhatsApp(zin), Telegram(zin)):
            shown = [await citizen.say(typed) for typed in (citizen.opens, choice, "3", "1", "12345")]
            assert [text.startswith(f"{EXAMPLE}\n") for text in shown] == [False] * 4 + [True], (citizen.channel, shown)
            if isinstance(citizen, Ussd):  # who calls has the result sent by SMS
                await citizen.say("3")
                (form,) = await zin.came(lambda: zin.sms.forms)
                assert form["message"].startswith(f"{EXAMPLE}\n")
