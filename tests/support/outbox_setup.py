"""An outbox for tests, and its messages."""

from __future__ import annotations

from sqlalchemy import select

from authoring.replay.fakes import FakeClock
from channels.contracts.sender import ClaimedMessage, Message
from channels.outbox.repository import Outbox
from database import tables
from database.encryption import Seal
from tests.support.database import Registry

SECRET = "a secret of the tests"
NUMBER = "+2290190000001"


class Post:
    """An outbox with a clock to turn, and a look at its rows."""

    def __init__(self, registry: Registry) -> None:
        self.clock, self.registry = FakeClock(), registry
        self.outbox = Outbox(registry.database, Seal(SECRET), self.clock)

    async def state(self, key: str = "k1") -> str:
        found = await self.registry.database.rows(select(tables.outbox).where(tables.outbox.c.key == key))
        return str(found[0]["state"]) if found else "gone"


def message(key: str = "k1", *, waited_for: bool = False, life: float = 3600.0) -> Message:
    return Message(key, "sms", NUMBER, "BAC 2026 : Admis(e)", waited_for, life)


async def one(post: Post) -> ClaimedMessage:
    (claimed,) = await post.outbox.claim("sms", 10)
    return claimed
