"""Guesses of seats, over our own menus and sample data: a guesser is held back on every channel, nobody else."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from authoring.replay.sandbox import ReplaySandbox
from state.rate_limit import (
    MAX_NEAR,
    MAX_UNKNOWN,
)
from tests.support.guessing_citizen import ROOMS, TOO_MANY_UNKNOWN, UNKNOWN_SEAT, Citizen

pytestmark = pytest.mark.slow


async def test_headmaster_gets_all_results(house: ReplaySandbox) -> None:
    for channel in ROOMS:
        citizen = Citizen(house, channel)
        for seat in range(12345, 12345 + 2 * MAX_UNKNOWN):
            assert f"table {seat}" in await citizen.seat(str(seat)), channel


async def test_seat_guesses_limit_the_guessers_only(house: ReplaySandbox) -> None:
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
    assert "Services publics du Bénin" in await citizen.go_home()
    assert "table 12345" in await citizen.seat("12345")


SPELLINGS = ["88000", "88000--", "8 8000", "88-000", "８８０００", "88\u2011000", "88000.", "8800\u200b0"]


@pytest.mark.parametrize("channel", ROOMS)
async def test_spellings_of_one_number_are_one_try(house: ReplaySandbox, channel: str) -> None:
    citizen = Citizen(house, channel)
    for spelling in SPELLINGS:
        assert UNKNOWN_SEAT in await citizen.seat(spelling)
    for spelling in ("12345--", "1 2345", "１２３４５", "12345."):
        assert "Admis" in await citizen.seat(spelling)
    for seat in range(MAX_UNKNOWN - 1):
        assert UNKNOWN_SEAT in await citizen.seat(f"{10 + seat}000--")
    assert TOO_MANY_UNKNOWN in await citizen.seat("99999")
    assert UNKNOWN_SEAT in await citizen.seat("88 000")


async def test_deferred_answer_stores_one_form_of_a_seat(house: ReplaySandbox) -> None:
    citizen = Citizen(house)
    for spelling in ("88000", "88000--", "8 8000"):
        await citizen.request_result(house, spelling)
    assert {promise.answers["seat"] for promise in house.post.promised.values()} == {"88000"}


async def test_older_deferred_answers_are_counted_in_one_form(house: ReplaySandbox) -> None:
    citizen = Citizen(house)
    await citizen.request_result(house, "88000")
    (promise,) = house.post.promised.values()
    asked = house.conversation.deferred_lookups
    for spelling in (*SPELLINGS, *(f"{10 + seat}000" for seat in range(MAX_UNKNOWN - 1))):
        old = {**promise.answers, "seat": spelling}
        answer = await asked.answer(replace(promise, answers=old))
        assert UNKNOWN_SEAT in answer.words
    assert not (await asked.answer(replace(promise, answers={**promise.answers, "seat": "99999"}))).had
