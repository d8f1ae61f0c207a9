"""Encrypted rows for tests."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet
from sqlalchemy import update

from channels.contracts.sender import Message
from channels.deferred.repository import DeferredRepository, NewDeferred
from channels.outbox.repository import Outbox
from database import tables
from database.encryption import Seal, _key
from tests.support.database import Registry

OLD, NEW, NUMBER = "an old secret of the tests", "a new secret of the tests", "+2290190000001"
MESSAGE, DEFERRED = tables.outbox.c, tables.promises.c


def unnamed(text: str, secret: str = OLD) -> str:
    """Sealed as it was before keys had names."""
    return Fernet(base64.urlsafe_b64encode(_key(secret))).encrypt(text.encode()).decode()


class Kept:
    """What was kept under the old key: messages and promises, some of them from before keys had names."""

    def __init__(self, registry: Registry) -> None:
        self.database = registry.database

    def outbox(self, *keys: str) -> Outbox:
        return Outbox(self.database, Seal(*keys))

    def promises(self, *keys: str) -> DeferredRepository:
        return DeferredRepository(self.database, Seal(*keys))

    async def fill(self, many: int = 7) -> None:
        for number in range(many):
            await self.outbox(OLD).enqueue(Message(f"m{number}", "sms", f"{NUMBER[:-1]}{number % 10}", "Bonjour"))
            await self.promises(OLD).add(NewDeferred(f"p{number}", "changes", "c" * 32, f'["{number}"]'.encode()))
        text = update(tables.outbox).where(MESSAGE.key == "m0").values(address=unnamed(NUMBER)).returning(MESSAGE.key)
        await self.database.write(text)
        text = (
            update(tables.promises).where(DEFERRED.key == "p0").values(sealed=unnamed('["0"]')).returning(DEFERRED.key)
        )
        await self.database.write(text)

    async def opened(self, *keys: str) -> tuple[set[str], set[bytes]]:
        messages = await self.outbox(*keys).claim("sms", 1000)
        promises = await self.promises(*keys).claim(1000)
        return {one.message.address for one in messages}, {one.payload for one in promises}
