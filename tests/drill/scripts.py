"""What the citizens of a drill type, and what the menus say to each of it.

The answers are asked of a conversation in this process, over a database of its own with the same rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from channels.whatsapp.sender import outgoing
from database import open_database, tables
from database.migrations import migrate
from runtime.services import Services, open_services
from settings import Settings
from state.interfaces import Reply
from tests.support.city import words_of as whatsapp_words
from tests.support.source_rows import PUBLICATION, REQUEST, RESULT, SESSION, SET
from tests.support.typing_citizens import Citizen

Channel = str  # ussd, sms or whatsapp
TYPED: Final[Mapping[Channel, Sequence[tuple[str, ...]]]] = {
    "ussd": (
        ("", "3", "1", "777"),
        ("", "2", "AB123", "0001"),
        ("", "1", "4", "1", "98", "1"),
        ("", "1", "3", "pasport", "1"),
        ("", "4", "1", "3"),
        ("", "7", "1", "0", "00"),
    ),
    "sms": (("bac 777",), ("suivi", "AB123", "0001"), ("bonjour", "3", "1", "777")),
    "whatsapp": (("bac 777",), ("suivi", "AB123", "0001"), ("bonjour", "3", "1", "777")),
}
FACTS: Final = {"ussd": ("Admis(e)", "Casier judiciaire"), "sms": ("Admis(e)",), "whatsapp": ("Admis(e)",)}
SEEDED: Final = (
    (tables.requests, REQUEST),
    (tables.exam_sessions, SESSION),
    (tables.result_sets, SET),
    (tables.exam_results, RESULT),
    (tables.publications, PUBLICATION),
)


@dataclass(frozen=True, slots=True)
class Step:
    """One input and what is then read; `anew` is what a citizen without a session reads after the same input."""

    typed: str
    read: str
    anew: str


Scripts = Mapping[Channel, Sequence[Sequence[Step]]]


async def seed(settings: Settings) -> None:
    """Add a published result and a request to a database with its tables."""
    database = open_database(settings)
    try:
        async with database.exclusive_transaction() as writer:
            for table, row in SEEDED:
                await writer.add(table, [row])
    finally:
        await database.close()


async def write_scripts(folder: Path, code: Path) -> Scripts:
    """Type everything once over the menus of this code, each call and each chat as a citizen who is new."""
    menus = {"menus": code / "menus", "locales": code / "locales"}
    settings = Settings.model_validate({"env": "production", "secret": "s" * 22, "data": folder, **menus})
    database = open_database(settings)
    await migrate(database)
    await database.close()
    await seed(settings)
    async with open_services(settings) as zin:
        written = {channel: [await _script(zin, channel, typed) for typed in every] for channel, every in TYPED.items()}
    for channel, facts in FACTS.items():
        said = " ".join(step.read for script in written[channel] for step in script)
        assert all(fact in said for fact in facts), f"{channel}: the rows of the drill are not read"
    return written


async def _script(zin: Services, channel: Channel, typed: tuple[str, ...]) -> Sequence[Step]:
    citizen = Citizen(zin, channel)
    return [
        Step(one, read_of(channel, await citizen.say(one)), read_of(channel, await Citizen(zin, channel).say(one)))
        for one in typed
    ]


def read_of(channel: Channel, reply: Reply) -> str:
    """What a citizen reads of this reply."""
    if channel == "ussd":
        return ("END " if reply.ends_session else "CON ") + reply.text
    return reply.text if channel == "sms" else read_of_chat(outgoing(reply.text, reply.card))


def read_of_chat(message: Mapping[str, Any]) -> str:
    """What WhatsApp shows of a message: its text, and the buttons or rows with what they stand for."""
    text, options = whatsapp_words(message)
    return "\n".join((text, *(f"{sends.partition('.')[2]} {label}" for sends, label in options)))
