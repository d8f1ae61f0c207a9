"""An audit of seven entries, for the tests that look at one or have a hand in it."""

from __future__ import annotations

from dataclasses import replace

from accounts.audit import Audit, AuditEntry, AuditEvent
from accounts.refusals import MARK
from authoring.replay.fakes import FakeClock
from database.interface import Database

EVENT = AuditEvent("awa", "results publish", "bac-2026", {"lines": "106 000", "hour": "14:00 « précises »"})
ENTRIES = 7


async def audited(database: Database) -> Audit:
    """The audit of this database, with an entry for each of seven seconds."""
    clock = FakeClock()
    audit = Audit(database, clock)
    async with database.exclusive_transaction() as writer:
        for number in range(1, ENTRIES + 1):
            clock.now += 1
            await audit.add_within(writer, replace(EVENT, subject=f"bac-{number}"))
    return audit


async def done(database: Database, most: int = 50) -> list[AuditEntry]:
    """The audit entries of completed actions, without those of refusals."""
    return [entry for entry in await Audit(database).last(most) if not entry.action.startswith(MARK)]
