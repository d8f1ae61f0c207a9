"""Before the hour nobody learns on any channel whether a seat exists: known or not, the replies are the same bytes."""

from __future__ import annotations

from pathlib import Path

import pytest

from accounts.accounts import Operator
from authoring.replay.sandbox import ReplaySandbox
from channels.africastalking.ussd_webhook import AfricasTalkingUssd
from channels.telegram.webhook import Telegram
from channels.whatsapp.webhook import Whatsapp
from database import open_database
from results.approval import Draft, ExamSession
from results.publishing import Publishing
from settings import Settings
from state.interfaces import Inbound, Recipient, ScreenSize
from tests.support.conversation import SMS
from tests.support.sandbox import our_house

pytestmark = pytest.mark.slow

IDA, PAUL = Operator("ida", "importer"), Operator("paul", "approver")
KNOWN, UNKNOWN = "700105", "700999"
SHA = "a" * 64


async def embargoed(data: Path, house: ReplaySandbox) -> None:
    """A session of the BAC that is approved, and comes out in an hour."""
    row = {"verdict": "admitted", "mention": "", "series": "D", "centre": "Centre", "department": ""}
    rows = [{"seat": str(700_100 + n), **row} for n in range(10)]
    database = open_database(Settings(data=data))
    publishing = Publishing(database, production=False, clock=house.clock)
    named = await publishing.store_draft(IDA, ExamSession("bac", 2027), Draft(SHA, rows, len(rows), "{}"))
    await publishing.approve(PAUL, named, SHA, {one["seat"]: "admitted" for one in rows})
    await publishing.publish(PAUL, named, 4_000_000_000)
    await database.close()


async def replies(house: ReplaySandbox, room: ScreenSize, seat: str) -> list[tuple[str, object]]:
    """Everything that a citizen is shown who looks for this seat, in chat by one message and step by step."""
    number = f"+22901900{seat}"
    if room.kind == "ussd":
        line = house.phone(number)
        found = [await line.dial(f"3*1*{seat}"), await line.dial("3"), await line.type("1"), await line.type(seat)]
        return [(reply.text, reply.ends_session) for reply in found]
    said: list[tuple[str, object]] = []
    for place, text in enumerate((f"BAC 2027 {seat}", "1", f"BAC {seat}", seat)):
        to = Recipient("sms", number)
        inbound = Inbound(
            "writes", number, "", text, inputs_are_cumulative=False, message=f"{seat}-{place}", reply_to=to
        )
        reply = await house.conversation.handle_message(inbound, room, 3600.0)
        assert reply
        buttons = [label for _, label in reply.card.buttons] if reply.card else []
        said.append((reply.text, buttons))
    return said


@pytest.mark.parametrize(
    "room", [AfricasTalkingUssd.room, SMS, Whatsapp.room, Telegram.room], ids=["ussd", "sms", "whatsapp", "telegram"]
)
async def test_a_seat_that_exists_and_one_that_does_not_are_answered_alike(room: ScreenSize, tmp_path: Path) -> None:
    async with our_house(tmp_path) as house:
        await embargoed(tmp_path, house)
        known, unknown = await replies(house, room, KNOWN), await replies(house, room, UNKNOWN)
    assert known == unknown
    assert any("pas encore publiés" in text for text, _ in known)
