"""Who a correction took out of the list reads why, on every channel; who was never in it does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from authoring.replay.sandbox import ReplaySandbox
from channels.africastalking.ussd_webhook import AfricasTalkingUssd
from channels.telegram.webhook import Telegram
from channels.whatsapp.webhook import Whatsapp
from database import open_database
from database.interface import OpenDatabase
from settings import Settings
from state.interfaces import ScreenSize
from tests.e2e.test_embargo import replies
from tests.support.conversation import SMS
from tests.support.database import Registry
from tests.support.sandbox import our_house
from tests.support.successive_sets import Sets, listed

pytestmark = pytest.mark.slow

WHY = "Liste de Zou refaite"
GONE, NEVER = "120", "999"


async def corrected(database: OpenDatabase, data: Path) -> None:
    """Seat 120 was published, and is not in what replaces that."""
    sets = Sets(Registry(Settings(data=data), database, None))
    first = await sets.add(listed("admitted"))
    second = await sets.add([row for row in listed("admitted") if row["seat"] != GONE])
    await sets.publish(first)
    await sets.publish(second, why=WHY)
    await sets.board.close()


async def shown_result(house: ReplaySandbox, room: ScreenSize, seat: str) -> str:
    """All that is said, on every page of a phone's screen."""
    if room.kind == "ussd":
        line = house.phone(f"+22901900{seat}")
        return "\n".join([(await line.dial(f"3*1*{seat}")).text, (await line.type("98")).text])
    return "\n".join(text for text, _ in await replies(house, room, seat))


@pytest.mark.parametrize(
    "room", [AfricasTalkingUssd.room, SMS, Whatsapp.room, Telegram.room], ids=["ussd", "sms", "whatsapp", "telegram"]
)
async def test_who_was_taken_out_of_the_list_reads_why(room: ScreenSize, tmp_path: Path) -> None:
    async with our_house(tmp_path) as house:
        database = open_database(Settings(data=tmp_path))
        await corrected(database, tmp_path)
        await database.close()
        gone, never = await shown_result(house, room, GONE), await shown_result(house, room, NEVER)
    assert WHY in gone
    assert WHY not in never
    assert "\n\n" not in never
