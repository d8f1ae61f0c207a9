"""What an announcement takes at the pace of the gateway, said before the hour and only when it matters."""

from __future__ import annotations

import pytest

from channels.contracts.sender import Message
from reporting.sending_time import LIFE_SECONDS, SETTING, SendingTime, warn_of_announcement, warn_of_queue
from settings import Settings

N = "\u202f"
MILLION = (
    f"1{N}000{N}000 personnes attendent cette annonce. À 20 SMS par seconde (ZIN_SMS_PER_SECOND), le dernier part "
    "13 h 53 après. Pour finir en une heure, il en faut 278 par seconde : demandez ce rythme à la passerelle, puis "
    "réglez ZIN_SMS_PER_SECOND."
)
THREE_MILLIONS = (
    f"3{N}000{N}000 personnes attendent cette annonce. À 20 SMS par seconde (ZIN_SMS_PER_SECOND), le dernier part "
    f"41 h 40 après. Un SMS ne part plus après 24 heures : 1{N}272{N}000 ne partiraient pas. Pour finir en une heure, "
    "il en faut 834 par seconde : demandez ce rythme à la passerelle, puis réglez ZIN_SMS_PER_SECOND."
)


@pytest.mark.parametrize(
    ("people", "per_second", "said"),
    [
        (1_000_000, 20.0, MILLION),
        (3_000_000, 20.0, THREE_MILLIONS),
        (72_000, 20.0, ""),  # an hour
        (1_000_000, 278.0, ""),
        (0, 20.0, ""),
    ],
)
def test_operators_learn_what_an_announcement_takes(people: int, per_second: float, said: str) -> None:
    assert warn_of_announcement(people, per_second) == said


def test_pace_below_one_a_second_is_said_as_it_is() -> None:
    assert "À 0,5 SMS par seconde" in warn_of_announcement(3600, 0.5)


def test_pace_that_is_asked_for_reaches_the_goal() -> None:
    slow = SendingTime(1_000_000, 20.0)
    assert slow.is_long
    assert not SendingTime(1_000_000, slow.needed_per_second).is_long
    assert SendingTime(1_000_000, slow.needed_per_second - 1).is_long


def test_waiting_messages_are_said_the_same_way() -> None:
    assert warn_of_queue(72_000, 20.0) == ""
    assert warn_of_queue(72_020, 20.0).startswith(f"72{N}020 SMS attendent. À 20 SMS par seconde")


def test_the_life_of_a_message_and_the_setting_are_those_in_use() -> None:
    assert Message("k1", "sms", "", "").ttl_seconds == LIFE_SECONDS
    assert SETTING.removeprefix("ZIN_").lower() in Settings.model_fields
