"""What an account is notified of, minute by minute: each thing once, and together what comes together."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from notifications.notified_tasks import FORGET_SECONDS, GROUP_SECONDS, GROWN_SECONDS, NotifiedTask, plan
from notifications.task_kinds import Waiting

START = 1_800_000_000
BAC, BEPC = Waiting("results", "bac-2027.1 draft"), Waiting("results", "bepc-2027.1 draft")
FON = "fon"


class Account:
    """An account whose waiting things are looked at, now and then."""

    def __init__(self) -> None:
        self.known: dict[str, NotifiedTask] = {}

    def look(self, after: int, *waiting: Waiting) -> list[tuple[str, int]]:
        """The kinds and amounts of a notification, so many seconds after the start."""
        planned = plan(self.known, waiting, START + after)
        self.known = {one.task: one for one in planned.tasks}
        return [(one.kind, one.many) for one in planned.due]


@pytest.fixture
def account() -> Account:
    return Account()


def test_one_thing_is_one_notification(account: Account) -> None:
    assert account.look(0, BAC) == []
    assert account.look(GROUP_SECONDS - 1, BAC) == []
    assert account.look(GROUP_SECONDS, BAC) == [("results", 1)]
    assert [account.look(GROUP_SECONDS * times, BAC) for times in range(2, 2000, 100)] == [[]] * 20


def test_what_comes_within_ten_minutes_is_one_notification(account: Account) -> None:
    account.look(0, BAC)
    account.look(GROUP_SECONDS - 60, BAC, BEPC)
    assert account.look(GROUP_SECONDS, BAC, BEPC) == [("results", 1), ("results", 1)]
    assert account.look(GROUP_SECONDS * 9, BAC, BEPC) == []


def test_what_is_done_before_is_not_notified(account: Account) -> None:
    account.look(0, BAC, BEPC)
    account.look(60, BEPC)
    assert account.look(GROUP_SECONDS, BEPC) == [("results", 1)]
    assert account.look(GROUP_SECONDS * 2) == []


@pytest.mark.parametrize(("away", "again"), [(FORGET_SECONDS - 60, []), (FORGET_SECONDS + 60, [("gateways", 1)])])
def test_gateway_that_fails_again_is_notified_again_after_hours(
    account: Account, away: int, again: Sequence[tuple[str, int]]
) -> None:
    gateway = Waiting("gateways", "nalo rests")
    account.look(0, gateway)
    account.look(GROUP_SECONDS, gateway)
    account.look(GROUP_SECONDS + 60)
    back = GROUP_SECONDS + 60 + away
    account.look(back)
    account.look(back, gateway)
    assert account.look(back + GROUP_SECONDS, gateway) == again


def test_more_texts_are_notified_once_a_day(account: Account) -> None:
    def texts(many: int) -> Waiting:
        return Waiting("translations", FON, many)

    account.look(0, texts(12))
    assert account.look(GROUP_SECONDS, texts(14)) == [("translations", 14)]
    notified = GROUP_SECONDS
    assert account.look(notified + 3600, texts(10)) == []  # some were reviewed
    assert account.look(notified + 7200, texts(11)) == []  # one came, and the day is not over
    assert account.look(notified + GROWN_SECONDS, texts(11)) == []
    assert account.look(notified + GROWN_SECONDS + GROUP_SECONDS, texts(11)) == [("translations", 11)]
    assert account.look(notified + GROWN_SECONDS * 5, texts(11)) == []


def test_digest_says_nothing_of_the_thing() -> None:
    assert BAC.digest != BEPC.digest
    assert "bac" not in BAC.digest
    assert len(BAC.digest) == 32
