"""A ledger of promises for the tests, over whichever registry a test has."""

from __future__ import annotations

from sqlalchemy import select

from authoring.replay.fakes import FakeClock
from channels.deferred.repository import ClaimedDeferred, DeferredRepository, Kind, NewDeferred
from database import tables
from database.encryption import Seal
from tests.support.database import Registry

SECRET = "a secret of the tests"
ANA, BIO = "a" * 32, "b" * 32
PAYLOAD = '{"to":"+2290190000001","say":"Votre demande a changé."}'.encode()
HOUR = 3600.0


class Ledger:
    """Promises with a clock to turn, and a look at their rows."""

    def __init__(self, registry: Registry) -> None:
        self.clock, self.registry = FakeClock(), registry
        self.promises = self.of_a_process()

    def of_a_process(self, secret: str = SECRET) -> DeferredRepository:
        return DeferredRepository(self.registry.database, Seal(secret), self.clock)

    async def one(self) -> ClaimedDeferred:
        (held,) = await self.promises.claim(10)
        return held

    async def keys(self) -> set[str]:
        return {row["key"] for row in await self.registry.database.rows(select(tables.promises.c.key))}


def owed(
    key: str = "p1", kind: Kind = "answer", citizen: str = ANA, *, due_in: float = 0.0, life: float = HOUR
) -> NewDeferred:
    return NewDeferred(key, kind, citizen, PAYLOAD, "digest", due_in, life)
