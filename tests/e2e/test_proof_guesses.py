"""Guesses of proofs, over our own menus and sample data: a guesser is held back on every channel, nobody else."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import get_args

import pytest

from authoring.replay.fakes import START_UNIX_SECONDS
from authoring.replay.sandbox import ReplaySandbox
from sources.requests import Requests
from state.interfaces import Outcome
from state.rate_limit import (
    MAX_UNKNOWN,
    MAX_WRONG,
    MAX_WRONG_ON_REFERENCE,
    Limit,
    TooManyGuesses,
)
from state.rendering.render import refuse
from state.session import LanguageState, Session
from state.store.memory import InMemory
from tests.support.guessing_citizen import (
    ROOMS,
    TOO_MANY_UNKNOWN,
    TOO_MANY_WRONG,
    TRIED_BY_MANY,
    UNKNOWN_REQUEST,
    UNKNOWN_SEAT,
    Citizen,
)

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("channel", ROOMS)
async def test_too_many_wrong_proofs_refuse_the_right_one(house: ReplaySandbox, channel: str) -> None:
    citizen = Citizen(house, channel)
    for proof in range(9000, 9000 + MAX_WRONG):
        assert UNKNOWN_REQUEST in await citizen.proof(f"{proof}")
    for reference, right in (("EX-000001", "0001"), ("EX-000002", "0002"), ("EX-000003", "9999")):
        held = await citizen.proof(right, reference)
        assert re.search(TOO_MANY_WRONG + r"\. Réessayez à 16 h 1[34], ou", held)
    assert "Services publics du Bénin" in await citizen.go_home()
    assert "EX-000001" in await Citizen(house, channel, 2).proof("0001"), "another phone is not held back"


async def test_phone_has_one_limit_on_all_channels(house: ReplaySandbox) -> None:
    """Which channel it takes is what a guesser chooses; Telegram alone does not know the phone."""
    phones = [Citizen(house, channel) for channel in ("africastalking_ussd", "africastalking_sms", "whatsapp")]
    for proof in range(9000, 9000 + MAX_WRONG):
        assert UNKNOWN_REQUEST in await phones[proof % 3].proof(f"{proof}", f"EX-{proof:06}")
    for seat in range(MAX_UNKNOWN):
        assert UNKNOWN_SEAT in await phones[seat % 3].seat(f"{10 + seat}000")
    for one in phones:
        assert TOO_MANY_WRONG in await one.proof("0001"), one.channel
        assert TOO_MANY_UNKNOWN in await one.seat("99999"), one.channel


@pytest.mark.parametrize("limit", get_args(Limit))
async def test_refusal_is_one_page_in_every_language(house: ReplaySandbox, limit: Limit) -> None:
    edition = house.conversation.menus.current
    tomorrow = START_UNIX_SECONDS + 24 * 3600
    assert len(edition.offered) > 1
    for code in edition.offered:
        menu = edition.menu(code)
        session = Session("exams.seat", menu.version, "c", START_UNIX_SECONDS, language=LanguageState(code))
        for room in ROOMS.values():
            refuse(menu, session, TooManyGuesses(limit, tomorrow, START_UNIX_SECONDS), room)
            assert (session.page, session.pages, session.closed) == (0, 1, False)
            assert "15 h 14 (" in session.text
            if room.kind != "sms":  # which leaves keys out where that saves a part
                assert session.text.endswith(menu.screens["exams.seat"].footer.keys) or room.kind == "ussd"
                assert "\n00 " in session.text


async def test_right_proofs_are_not_counted(house: ReplaySandbox) -> None:
    citizen = Citizen(house)
    for number in range(3, 3 + 2 * MAX_WRONG):
        assert f"EX-{number:06}" in await citizen.proof(f"{number:04}", f"EX-{number:06}")
    assert UNKNOWN_REQUEST in await citizen.proof("9999")


async def test_unavailable_answers_are_not_counted(house: ReplaySandbox) -> None:
    citizen = Citizen(house)
    house.faults["requests"].fault = "lente"
    for proof in range(9000, 9000 + 2 * MAX_WRONG):
        assert "ne répond pas" in await citizen.proof(f"{proof}")
    house.faults["requests"].fault = "rétablie"
    assert "EX-000001" in await citizen.proof("0001")


async def test_reference_limit_spares_its_owner(
    house: ReplaySandbox,
) -> None:
    proofs = iter(range(1000, 9999))
    for number in range(MAX_WRONG_ON_REFERENCE // 5):  # four accounts on four channels
        guesser = Citizen(house, list(ROOMS)[number], 50 + number)
        for _ in range(5):
            assert UNKNOWN_REQUEST in await guesser.proof(f"{next(proofs)}")
    held = await guesser.proof("0001")
    assert re.search(TRIED_BY_MANY + r"\. Réessayez à 15 h 1[34] \(22/09\)", held)
    newcomer = Citizen(house, number=80)
    assert UNKNOWN_REQUEST in await newcomer.proof(f"{next(proofs)}"), "one try each"
    assert TRIED_BY_MANY in await newcomer.proof("0001"), "and no second one"
    for channel in ROOMS:
        owner = Citizen(house, channel, 90)
        for _ in range(3):
            assert "EX-000001" in await owner.proof("0001")
    assert "EX-000002" in await guesser.proof("0002", "EX-000002"), "another reference is not closed"


async def test_refused_tries_are_not_counted(house: ReplaySandbox) -> None:
    for number in range(2):
        for proof in range(MAX_WRONG_ON_REFERENCE // 2):
            await Citizen(house, number=number).proof(f"{1 + number}0{proof:02}")
    late = Citizen(house, number=9)
    await late.proof("7000")
    for proof in range(2 * MAX_WRONG):
        assert TRIED_BY_MANY in await late.proof(f"80{proof:02}")
    assert "EX-000002" in await late.proof("0002", "EX-000002")


async def test_simultaneous_proofs_stay_within_the_limit(house: ReplaySandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, answer = set[str](), Requests.ask

    async def watched(self: Requests, question: str, answers: Mapping[str, str]) -> Outcome:
        asked.add(answers["proof"])
        await asyncio.sleep(0.01)
        return await answer(self, question, answers)

    monkeypatch.setattr(Requests, "ask", watched)
    citizen = Citizen(house)
    await asyncio.gather(*(citizen.proof(f"{proof}") for proof in range(9000, 9020)), return_exceptions=True)
    assert len(asked) == MAX_WRONG


async def test_store_holds_no_typed_text(house: ReplaySandbox) -> None:
    citizen = Citizen(house)
    await citizen.proof("9123", "EX-000777")
    await citizen.seat("88123")
    store = house.conversation._store
    assert isinstance(store, InMemory)
    windows = {key: value[0] for key, value in store.entries.items() if not key.startswith(("session:", "heard:"))}
    assert len(windows) == 6
    for said in ("9123", "000777", "88123"):
        assert said not in str(windows)
