"""Who guesses is held back on every channel, and nobody else: through the addresses that the gateways call.

The limits themselves are tested by tests/state/test_rate_limit.py. Here a citizen is who the gateway says it is, the
number of one phone is written as each gateway writes it, and Valkey counts.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import datetime
from itertools import cycle
from pathlib import Path

import pytest

from reporting.time_zone import zone
from state.rate_limit import MAX_NEAR, MAX_UNKNOWN, MAX_WRONG, MAX_WRONG_ON_REFERENCE, REFERENCE_SECONDS
from tests.support.city import City, Sms, Telegram, Ussd, WhatsApp, city

pytestmark = pytest.mark.slow

Citizen = Ussd | Sms | WhatsApp | Telegram
PHONES: Mapping[str, type[Ussd | Sms | WhatsApp]] = {"ussd": Ussd, "sms": Sms, "whatsapp": WhatsApp}
CHANNELS: Mapping[str, type[Citizen]] = {**PHONES, "telegram": Telegram}
SEAT, FIRST_UNKNOWN = "1500", 1501  # of the CEP, whose seats are 1001 to 1500: what is guessed is the same hundred
SEATS = ("{}", "{}--", "{} ", "{}.", "{}/-")  # how a guesser may write one number
REFERENCES = ("EX-000001", "ex 000001", "EX-000001--", "EX000001.")
UNKNOWN_SEAT, UNKNOWN_REQUEST = "n'est pas dans la liste publiée", "Aucune demande ne correspond"
TOO_MANY_UNKNOWN = "Trop de numéros inconnus demandés depuis ce téléphone"
TOO_MANY_WRONG = "Trop de mauvaises réponses depuis ce téléphone"
TRIED_BY_MANY = "Trop de mauvaises réponses ont été données pour ce numéro"


@pytest.fixture
async def zin(valkey_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[City]:
    """A city in which a phone may cause as many SMS as it has tries: how many it may is another limit."""
    monkeypatch.setattr("channels.workers.delivery.IDLE", 0.01)
    async with city(valkey_url, tmp_path, sms_replies_per_hour=300) as zin:
        yield zin


async def asked(citizen: Citizen, dialled: str, *written: str) -> str:
    if isinstance(citizen, Ussd):
        return await citizen.dial(dialled)
    return [await citizen.say(text) for text in written][-1]


async def seat(citizen: Citizen, number: str) -> str:
    return await asked(citizen, f"3*6*{number}", f"CEP {number}")


async def proof(citizen: Citizen, digits: str, reference: str = "EX-000001") -> str:
    return await asked(citizen, f"2*{reference}*{digits}", f"SUIVI {reference}", digits)


def on_each_channel(zin: City, number: int) -> Iterator[Citizen]:
    """Somebody on each channel who asked for nothing before."""
    return (kind(zin, number + place) for place, kind in enumerate(CHANNELS.values()))


def a_day_after(began: float) -> set[str]:
    """How a refusal writes the minutes at which what was counted between then and now may end."""
    ends = (one + REFERENCE_SECONDS for one in range(int(began), int(time.time()) + 61))
    return {f"{at.hour} h {at.minute:02} ({at:%d/%m})" for at in (datetime.fromtimestamp(end, zone()) for end in ends)}


@pytest.mark.parametrize("channel", CHANNELS)
async def test_who_guesses_seats_however_written_holds_back_nobody_else(zin: City, channel: str) -> None:
    guessers = [CHANNELS[channel](zin, number) for number in (11, 12)]
    spelled = cycle(SEATS)
    for number in range(FIRST_UNKNOWN, FIRST_UNKNOWN + MAX_NEAR):
        assert UNKNOWN_SEAT in await seat(guessers[number % 2], next(spelled).format(number))
    for guesser in guessers:
        assert TOO_MANY_UNKNOWN in await seat(guesser, "1598--")
        assert f"table {SEAT}" in await seat(guesser, SEAT), "what exists is shown, to who guessed too"
    for innocent in (CHANNELS[channel](zin, 13), *on_each_channel(zin, 20)):
        assert f"table {SEAT}" in await seat(innocent, SEAT), innocent.channel
        assert UNKNOWN_SEAT in await seat(innocent, "1597"), "an unknown number of their own"
        assert "Demande EX-000001" in await proof(innocent, "0001"), innocent.channel


@pytest.mark.parametrize("channel", CHANNELS)
async def test_who_guesses_proofs_limits_one_reference_and_not_its_owner(zin: City, channel: str) -> None:
    began, spelled = time.time(), cycle(REFERENCES)
    guessers = [CHANNELS[channel](zin, number) for number in (11, 12)]
    for digits in range(9000, 9000 + MAX_WRONG_ON_REFERENCE):
        assert UNKNOWN_REQUEST in await proof(guessers[digits % 2], f"{digits}", next(spelled))
    for guesser in guessers:
        assert TOO_MANY_WRONG in await proof(guesser, "0001"), "the right one too, or a refusal would show it"
    third = CHANNELS[channel](zin, 13)
    assert UNKNOWN_REQUEST in await proof(third, "9100"), "one try each"
    held = await proof(third, "9101")
    assert held.partition(f"{TRIED_BY_MANY}. Réessayez à ")[2].partition(", ou")[0] in a_day_after(began), held
    assert "Demande EX-000002" in await proof(third, "0002", "EX-000002"), "another reference is not limited"
    for owner in on_each_channel(zin, 20):
        assert "Demande EX-000001" in await proof(owner, "0001"), owner.channel
        assert "Demande EX-000002" in await proof(owner, "0002", "EX-000002"), owner.channel


@pytest.mark.parametrize("channel", PHONES)
async def test_a_phone_that_changes_its_channel_has_no_new_tries(zin: City, channel: str) -> None:
    """Each gateway writes the number in its own way. Telegram does not know it, so an account counts by itself."""
    phones = {name: kind(zin, 11) for name, kind in PHONES.items()}
    first = phones[channel]
    for number in range(MAX_WRONG):
        assert UNKNOWN_REQUEST in await proof(first, "9999", f"EX-{9000 + number:06}")
    for number in range(MAX_UNKNOWN):
        assert UNKNOWN_SEAT in await seat(first, f"{10 + number}000")
    for same in phones.values():
        assert TOO_MANY_WRONG in await proof(same, "0001"), same.channel
        assert TOO_MANY_UNKNOWN in await seat(same, "99999"), same.channel
        assert f"table {SEAT}" in await seat(same, SEAT), same.channel
    for other in on_each_channel(zin, 20):
        assert "Demande EX-000001" in await proof(other, "0001"), other.channel
        assert UNKNOWN_SEAT in await seat(other, "99999"), other.channel
