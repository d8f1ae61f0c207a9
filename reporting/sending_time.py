"""What it takes to send many messages at the pace of a gateway, in sentences for operators, before it is too late."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from reporting.french import format_number

LIFE_SECONDS: Final = 24 * 3600.0  # after that, a message in the outbox is no longer sent
GOAL_SECONDS: Final = 3600.0  # within which an announcement should have reached everybody
SETTING: Final = "ZIN_SMS_PER_SECOND"


@dataclass(frozen=True, slots=True)
class SendingTime:
    """So many messages, at so many a second."""

    many: int
    per_second: float

    @property
    def seconds(self) -> float:
        """Seconds until the last message has left."""
        return self.many / self.per_second

    @property
    def is_long(self) -> bool:
        """Whether it takes longer than the goal."""
        return self.seconds > GOAL_SECONDS

    @property
    def too_late(self) -> int:
        """How many messages expire before it is their turn."""
        return max(0, self.many - math.floor(self.per_second * LIFE_SECONDS))

    @property
    def needed_per_second(self) -> int:
        """How many a second reach the goal."""
        return math.ceil(self.many / GOAL_SECONDS)


def warn_of_announcement(people: int, sms_per_second: float) -> str:
    """Return what operators must know before they announce something to these people; "" if it is soon done.

    Some of them may have asked on a chat, which has a pace of its own: the sentence says the most that it can take.
    """
    time = SendingTime(people, sms_per_second)
    who = f"{format_number(people)} personnes attendent cette annonce."
    return f"{who} {_facts(time)}" if time.is_long else ""


def warn_of_queue(waiting: int, sms_per_second: float) -> str:
    """Return what operators must know about the SMS that wait; "" if all are soon sent."""
    time = SendingTime(waiting, sms_per_second)
    return f"{format_number(waiting)} SMS attendent. {_facts(time)}" if time.is_long else ""


def _facts(time: SendingTime) -> str:
    needed, late = map(format_number, (time.needed_per_second, time.too_late))
    pace = f"{time.per_second:g}".replace(".", ",")
    said = [f"À {pace} SMS par seconde ({SETTING}), le dernier part {_format(time.seconds)} après."]
    if time.too_late:
        said.append(f"Un SMS ne part plus après 24 heures : {late} ne partiraient pas.")
    said.append(f"Pour finir en une heure, il en faut {needed} par seconde :")
    said.append(f"demandez ce rythme à la passerelle, puis réglez {SETTING}.")
    return " ".join(said)


def _format(seconds: float) -> str:
    """Format a duration of hours: 13 h 53."""
    minutes = math.floor(seconds / 60)
    return f"{minutes // 60} h {minutes % 60:02}"
