"""Messages of ministries at night: they wait for the morning, unless they expire before."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from api.quiet_hours import seconds_to_wait
from tests.support.ministry_api import Ministry
from tests.support.ministry_house import ANA, House, message, ministry_house

pytestmark = pytest.mark.slow
HOUR = 3600.0


@pytest.fixture
async def house(valkey_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with ministry_house(valkey_url, tmp_path) as house:
        yield house


@pytest.fixture
async def justice(house: House) -> Ministry:
    return await house.ministry()


async def test_message_waits_for_the_morning(house: House, justice: Ministry) -> None:
    await house.follow(ANA)
    house.clock.now += 10 * HOUR  # 22:00
    await justice.call("POST", "/messages", message(ANA))
    assert await house.dispatch() == 1
    assert await justice.counts() == {"waiting": 1}
    house.clock.now += 9 * HOUR - 1
    assert (await house.dispatch(), await house.posted()) == (0, {})
    house.clock.now += 2
    assert await house.dispatch() == 1
    assert set(await house.posted()) == {ANA}


async def test_message_that_expires_at_night_is_not_sent(house: House, justice: Ministry) -> None:
    await house.follow(ANA)
    house.clock.now += 10 * HOUR
    await justice.call("POST", "/messages", message(ANA, expires_at="2026-09-23T05:00:00+01:00"))
    await house.dispatch()
    house.clock.now += 9 * HOUR + 1
    await house.dispatch()
    assert await house.posted() == {}
    assert await justice.counts() == {"expired": 1}


NOON = 1_790_074_800.0


@pytest.mark.parametrize(
    ("hour", "quiet", "hours"),
    [
        (12, (21, 7), 0.0),
        (21, (21, 7), 10.0),
        (23, (21, 7), 8.0),
        (6, (21, 7), 1.0),
        (7, (21, 7), 0.0),
        (13, (12, 14), 1.0),
        (14, (12, 14), 0.0),
        (3, None, 0.0),
    ],
)
def test_quiet_hours_end_in_the_morning(hour: int, quiet: tuple[int, int] | None, hours: float) -> None:
    assert seconds_to_wait(NOON + (hour - 12) * HOUR, quiet) == hours * HOUR
