"""Who guesses is held back, and nobody else: over our own menus and sample data, by every kind of channel."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import get_args

import pytest

from authoring.replay.fakes import START_UNIX_SECONDS
from authoring.replay.sandbox import ReplaySandbox, make_sample, open_sample_menus, sandbox_settings
from settings import Settings
from sources.requests import Requests
from state import rate_limit
from state.errors import StoreUnavailable
from state.identity import Pseudonyms
from state.interfaces import Inbound, Outcome, Question, Reply, ScreenSize
from state.rate_limit import (
    MAX_NEAR,
    MAX_OWN_NEAR,
    MAX_UNKNOWN,
    MAX_WRONG,
    MAX_WRONG_ON_REFERENCE,
    Limit,
    RateLimits,
    TooManyGuesses,
)
from state.rendering.render import refuse
from state.session import LanguageState, Session
from state.store.memory import InMemory
from state.store.redis import Attempt, RedisSessionStore, Store, Window

ROOMS = {
    "africastalking_ussd": ScreenSize("ussd", 178, 76),
    "africastalking_sms": ScreenSize("sms", 459, 201),
    "whatsapp": ScreenSize("chat", 0, 1024, rows=10),
    "telegram": ScreenSize("chat", 0, 1024, rows=7),
}
UNKNOWN_SEAT, UNKNOWN_REQUEST = "n'est pas dans la liste publiée", "Aucune demande ne correspond"
TOO_MANY_UNKNOWN, TOO_MANY_WRONG = "Trop de numéros inconnus", "Trop de mauvaises réponses depuis ce téléphone"
TRIED_BY_MANY = "Trop de mauvaises réponses ont été données pour ce numéro"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[ReplaySandbox]:
    settings = sandbox_settings(Settings(), Path("menus"), tmp_path)
    await make_sample(settings)
    async with open_sample_menus(settings) as ours, ours.sandbox() as house:
        yield house


class Citizen:
    """A citizen on one channel, who calls or writes."""

    sent = count()

    def __init__(self, house: ReplaySandbox, channel: str = "africastalking_ussd", number: int = 1) -> None:
        self._talk, self.channel, self._named = house.conversation, channel, f"+22901900{number:05}"

    async def seat(self, seat: str) -> str:
        """Look up a seat of the BAC."""
        return await self.ask(f"3*1*{seat}", f"BAC {seat}")

    async def proof(self, proof: str, reference: str = "EX-000001") -> str:
        """Look up a request with the end of a phone number."""
        return await self.ask(f"2*{reference}*1*{proof}", f"SUIVI {reference}", "1", proof)

    async def ask(self, dialled: str, *written: str) -> str:
        if ROOMS[self.channel].kind == "ussd":
            return await self.dial(dialled)
        for text in written:
            reply = await self.write(text)
        return reply

    async def dial(self, text: str) -> str:
        self._call = f"c{next(self.sent)}"
        return await self._send(text)

    async def _send(self, text: str) -> str:
        self._text = text
        inbound = Inbound(self.channel, self._named, self._call, text, inputs_are_cumulative=True)
        reply = await self._talk.handle(inbound, self._room)
        return self._read(reply)

    async def write(self, text: str) -> str:
        inbound = Inbound(
            self.channel, self._named, "", text, inputs_are_cumulative=False, message=f"m{next(self.sent)}"
        )
        reply = await self._talk.handle_message(inbound, self._room, 3600.0)
        assert reply
        return self._read(reply)

    async def has_promised(self, house: ReplaySandbox, seat: str) -> None:
        """Ask for a result that cannot be had, and to be written to when it can."""
        await self.dial("3*1")
        house.faults["exams"].fault = "en panne"
        for typed in (seat, "2"):
            await self._send(f"{self._text}*{typed}")
        house.faults["exams"].fault = "rétablie"

    async def goes_home(self) -> str:
        if ROOMS[self.channel].kind == "ussd":
            return await self._send(f"{self._text}*00")
        return await self.write("00")

    @property
    def _room(self) -> ScreenSize:
        return ROOMS[self.channel]

    def _read(self, reply: Reply) -> str:
        assert not reply.ends_session
        assert reply.pages == 1 or not reply.text.startswith("Trop")
        return reply.text


async def test_headmaster_gets_all_results(house: ReplaySandbox) -> None:
    for channel in ROOMS:
        citizen = Citizen(house, channel)
        for seat in range(12345, 12345 + 2 * MAX_UNKNOWN):
            assert f"table {seat}" in await citizen.seat(str(seat)), channel


async def test_two_who_guess_seats_hold_back_nobody_else_on_any_channel(house: ReplaySandbox) -> None:
    guessers = [Citizen(house, "telegram", number) for number in (1, 2)]
    for seat in range(88000, 88000 + MAX_NEAR):
        assert UNKNOWN_SEAT in await guessers[seat % 2].seat(str(seat))
    for one in guessers:
        assert TOO_MANY_UNKNOWN in await one.seat("88099")
        assert "table 12345" in await one.seat("12345"), "an existing seat is shown after wrong guesses too"
    for number, channel in enumerate(ROOMS, 3):
        other = Citizen(house, channel, number)
        for unknown in ("88070", "88071"):
            assert UNKNOWN_SEAT in await other.seat(unknown)
        assert "table 12346" in await other.seat("12346")


async def test_right_guess_within_a_hundred_is_shown(house: ReplaySandbox) -> None:
    """Seats 12345 to 12844 exist; those before them are guessed."""
    for seat in range(12300, 12345):
        for number in (1, 2):
            await Citizen(house, number=number).seat(f"{seat}")
    for channel in ROOMS:
        assert "table 12345" in await Citizen(house, channel, 7).seat("12345")


@pytest.mark.parametrize("channel", ROOMS)
async def test_too_many_unknown_numbers_show_the_waiting_time(house: ReplaySandbox, channel: str) -> None:
    citizen = Citizen(house, channel)
    for seat in range(MAX_UNKNOWN):
        assert UNKNOWN_SEAT in await citizen.seat(f"{10 + seat}000")
    assert UNKNOWN_SEAT in await citizen.seat("10000"), "the same number again is no new one"
    held = await citizen.seat("99999")
    assert re.match(TOO_MANY_UNKNOWN + r" demandés depuis ce téléphone\. Réessayez à 16 h 1[34]\.\n", held)
    assert "0 Retour" in held
    assert "Services publics du Bénin" in await citizen.goes_home()
    assert "table 12345" in await citizen.seat("12345")


@pytest.mark.parametrize("channel", ROOMS)
async def test_who_gives_too_many_wrong_proofs_is_refused_even_the_right_one(
    house: ReplaySandbox, channel: str
) -> None:
    citizen = Citizen(house, channel)
    for proof in range(9000, 9000 + MAX_WRONG):
        assert UNKNOWN_REQUEST in await citizen.proof(f"{proof}")
    for reference, right in (("EX-000001", "0001"), ("EX-000002", "0002"), ("EX-000003", "9999")):
        held = await citizen.proof(right, reference)
        assert re.search(TOO_MANY_WRONG + r"\. Réessayez à 16 h 1[34], ou", held)
    assert "Services publics du Bénin" in await citizen.goes_home()
    assert "EX-000001" in await Citizen(house, channel, 2).proof("0001"), "another phone is not held back"


async def test_another_channel_gives_the_same_phone_no_more_tries(house: ReplaySandbox) -> None:
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
async def test_in_every_language_a_refusal_is_one_page_with_its_keys(house: ReplaySandbox, limit: Limit) -> None:
    edition = house.conversation.menus.current
    tomorrow = START_UNIX_SECONDS + 24 * 3600
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


async def test_an_answer_that_could_not_be_had_is_not_counted(house: ReplaySandbox) -> None:
    citizen = Citizen(house)
    house.faults["requests"].fault = "lente"
    for proof in range(9000, 9000 + 2 * MAX_WRONG):
        assert "ne répond pas" in await citizen.proof(f"{proof}")
    house.faults["requests"].fault = "rétablie"
    assert "EX-000001" in await citizen.proof("0001")


async def test_a_reference_is_limited_whoever_asks_and_its_owner_still_has_the_first_answer(
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


async def test_a_try_that_is_refused_counts_nowhere(house: ReplaySandbox) -> None:
    for number in range(2):
        for proof in range(MAX_WRONG_ON_REFERENCE // 2):
            await Citizen(house, number=number).proof(f"{1 + number}0{proof:02}")
    late = Citizen(house, number=9)
    await late.proof("7000")
    for proof in range(2 * MAX_WRONG):
        assert TRIED_BY_MANY in await late.proof(f"80{proof:02}")
    assert "EX-000002" in await late.proof("0002", "EX-000002")


SPELLINGS = ["88000", "88000--", "8 8000", "88-000", "８８０００", "88\u2011000", "88000.", "8800\u200b0"]


@pytest.mark.parametrize("channel", ROOMS)
async def test_spellings_of_one_number_are_one_try_in_the_session_too(house: ReplaySandbox, channel: str) -> None:
    citizen = Citizen(house, channel)
    for spelling in SPELLINGS:
        assert UNKNOWN_SEAT in await citizen.seat(spelling)
    for spelling in ("12345--", "1 2345", "１２３４５", "12345."):
        assert "Admis" in await citizen.seat(spelling)
    for seat in range(MAX_UNKNOWN - 1):
        assert UNKNOWN_SEAT in await citizen.seat(f"{10 + seat}000--")
    assert TOO_MANY_UNKNOWN in await citizen.seat("99999")
    assert UNKNOWN_SEAT in await citizen.seat("88 000")


async def test_what_is_promised_is_kept_under_one_form(house: ReplaySandbox) -> None:
    citizen = Citizen(house)
    for spelling in ("88000", "88000--", "8 8000"):
        await citizen.has_promised(house, spelling)
    assert {promise.answers["seat"] for promise in house.post.promised.values()} == {"88000"}


async def test_a_promise_of_before_is_counted_in_its_form(house: ReplaySandbox) -> None:
    citizen = Citizen(house)
    await citizen.has_promised(house, "88000")
    (promise,) = house.post.promised.values()
    asked = house.conversation.deferred_lookups
    for spelling in (*SPELLINGS, *(f"{10 + seat}000" for seat in range(MAX_UNKNOWN - 1))):
        old = {**promise.answers, "seat": spelling}
        answer = await asked.answer(replace(promise, answers=old))
        assert UNKNOWN_SEAT in answer.words
    assert not (await asked.answer(replace(promise, answers={**promise.answers, "seat": "99999"}))).had


async def test_twenty_proofs_at_once_are_no_more_than_the_limit(
    house: ReplaySandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, answer = set[str](), Requests.ask

    async def watched(self: Requests, question: str, answers: Mapping[str, str]) -> Outcome:
        asked.add(answers["proof"])
        await asyncio.sleep(0.01)
        return await answer(self, question, answers)

    monkeypatch.setattr(Requests, "ask", watched)
    citizen = Citizen(house)
    await asyncio.gather(*(citizen.proof(f"{proof}") for proof in range(9000, 9020)), return_exceptions=True)
    assert len(asked) == MAX_WRONG


PERSONAL = Question("files.one", {"number": "code", "proof": "proof"}, guarded=True, reference="number")
PUBLIC = Question("seats.one", {"exam": "text", "seat": "code"}, guess_range_field="seat")


@pytest.fixture(params=["memory", "valkey"])
async def store(request: pytest.FixtureRequest) -> AsyncIterator[Store]:
    store: Store = (
        InMemory()
        if request.param == "memory"
        else RedisSessionStore(request.getfixturevalue("shared_valkey").url, 1.0)
    )
    yield store
    await store.close()


async def test_tries_at_once_are_no_more_than_the_limits(store: Store) -> None:
    limits, names = RateLimits(store, Pseudonyms("s")), [f"c{number}" for number in range(12)]
    made = await asyncio.gather(
        *(limits.reserve(PERSONAL, {"number": "1", "proof": f"{proof}"}, "me") for proof in range(20)),
        return_exceptions=True,
    )
    assert [isinstance(one, TooManyGuesses) for one in made].count(False) == MAX_WRONG
    made = await asyncio.gather(
        *(
            limits.reserve(PERSONAL, {"number": "2", "proof": f"{name}{one}"}, name)
            for one in range(5)
            for name in names
        ),
        return_exceptions=True,
    )
    admitted = [isinstance(one, TooManyGuesses) for one in made].count(False)
    assert MAX_WRONG_ON_REFERENCE <= admitted <= MAX_WRONG_ON_REFERENCE + len(names)


async def test_the_end_of_a_wait_is_that_of_the_window(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limit, "HOUR", 0.4)
    limits = RateLimits(store, Pseudonyms("s"), lambda: 100.0)
    for proof in range(MAX_WRONG):
        await limits.reserve(PERSONAL, {"number": "1", "proof": f"{proof}"}, "me")
    await asyncio.sleep(0.2)
    with pytest.raises(TooManyGuesses) as refused:
        await limits.reserve(PERSONAL, {"number": "1", "proof": "x"}, "me")
    assert 100.0 < refused.value.until <= 100.2
    await asyncio.sleep(refused.value.until - 100.0 + 0.05)
    await limits.reserve(PERSONAL, {"number": "1", "proof": "x"}, "me")


async def test_who_takes_part_in_a_series_is_held_back_after_a_few(store: Store) -> None:
    limits = RateLimits(store, Pseudonyms("s"))
    for seat in range(MAX_NEAR):
        await limits.count_unknown(PUBLIC, {"exam": "e", "seat": f"880{seat:02}"}, f"c{seat}")
    for seat in range(MAX_OWN_NEAR):
        await limits.count_unknown(PUBLIC, {"exam": "e", "seat": f"8809{seat}"}, "me")
    with pytest.raises(TooManyGuesses):
        await limits.count_unknown(PUBLIC, {"exam": "e", "seat": "88098"}, "me")
    await limits.count_unknown(PUBLIC, {"exam": "other", "seat": "88098"}, "me")
    await limits.count_unknown(PUBLIC, {"exam": "e", "seat": "77098"}, "me")


class Down(InMemory):
    """A store that cannot count."""

    async def attempt(self, window: Window, tried: str) -> Attempt:
        raise StoreUnavailable("cannot count")

    async def withdraw(self, key: str, tried: str) -> None:
        raise StoreUnavailable("cannot count")


async def test_failing_store_hides_personal_facts_only() -> None:
    limits = RateLimits(Down(), Pseudonyms("s"))
    await limits.count_unknown(PUBLIC, {"exam": "e", "seat": "1"}, "me")
    await limits.release(rate_limit.Reserved("t", ["k"]))
    with pytest.raises(StoreUnavailable):
        await limits.reserve(PERSONAL, {"number": "1", "proof": "2"}, "me")


async def test_nothing_that_was_typed_stands_in_the_store(house: ReplaySandbox) -> None:
    citizen = Citizen(house)
    await citizen.proof("9123", "EX-000777")
    await citizen.seat("88123")
    store = house.conversation._store
    assert isinstance(store, InMemory)
    windows = {key: value[0] for key, value in store.entries.items() if not key.startswith(("session:", "heard:"))}
    assert len(windows) == 6
    for said in ("9123", "000777", "88123"):
        assert said not in str(windows)
