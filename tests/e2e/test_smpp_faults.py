"""`zin smpp` beside an operator that misbehaves: each message arrives in the end, and once where that can be known."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import func, select

from channels.contracts.sender import Message
from channels.outbox.repository import Outbox
from database import tables
from database.encryption import Seal
from tests.support.database import Registry
from tests.support.patience import PATIENCE
from tests.support.smpp_faults import ALWAYS, ANSWERED, SILENT, Fault, Script
from tests.support.smpp_process import PHONE, bound_process
from tests.support.smsc import ENQUIRE, Smsc, open_smsc, silent_on, well_behaved

pytestmark = [pytest.mark.kill, pytest.mark.slow]

MANY = 10  # messages beside each fault
LEASE = 60.0  # seconds: longer than a busy machine needs for any answer
LEFT = select(func.count().label("left")).where(tables.outbox.c.state != "sent", tables.outbox.c.state != "delivered")
REPORTED = select(tables.outbox.c.state).where(tables.outbox.c.key.startswith(ANSWERED[0].name))


class Outcome(NamedTuple):
    """What became of the messages beside one fault."""

    has_happened: bool
    arrived: int
    is_within_doubles: bool


GOOD = Outcome(has_happened=True, arrived=MANY, is_within_doubles=True)


class Suffering:
    """Zin beside one peer, fault by fault, each with a new connection and messages of its own."""

    def __init__(self, registry: Registry, smsc: Smsc) -> None:
        self.registry, self.smsc = registry, smsc
        self.outbox = Outbox(registry.database, Seal(*registry.settings.secrets.rest))

    async def suffer(self, fault: Fault) -> Outcome:
        """Play one fault until all messages beside it have left."""
        smsc, before, script = self.smsc, len(self.smsc.taken), Script(fault)
        smsc.script, smsc.in_octets = script, fault.in_octets
        smsc.closes = frozenset({fault.command}) if fault.hangs_up else frozenset()
        for writer in smsc.writers:
            writer.close()
        many = (Message(f"{fault.name} {number}", "sms", f"+{PHONE}", f"{number}") for number in range(MANY))
        await asyncio.gather(*map(self.outbox.enqueue, many))
        try:
            async with asyncio.timeout(PATIENCE):
                await self._settled()
        except TimeoutError:
            raise AssertionError(f"{fault.name}: not all messages left") from None
        arrived = Counter(text for text in smsc.taken[before:] if text.isdigit())  # Zin also answers what is delivered
        has_happened = script.happened == fault.times or (fault.times == ALWAYS and script.happened > 0)
        return Outcome(has_happened, len(arrived), arrived.total() - MANY <= fault.doubles)

    async def _settled(self) -> None:
        while (await self.registry.database.rows(LEFT))[0]["left"]:  # noqa: ASYNC110 - another process writes them
            await asyncio.sleep(0.05)

    async def all(self, faults: Iterable[Fault]) -> dict[str, Outcome]:
        """Return what became of the messages of each fault."""
        return {fault.name: await self.suffer(fault) for fault in faults}


async def test_answered_faults_lose_nothing(registry: Registry, tmp_path: Path) -> None:
    changes = {"enquire_seconds: 30": "enquire_seconds: 30\nanswer_seconds: 25"}
    async with open_smsc() as smsc, bound_process(registry, tmp_path, smsc.port, changes, LEASE) as zin:
        found = await Suffering(registry, smsc).all(ANSWERED)
        reported = [row["state"] for row in await registry.database.rows(REPORTED)]
    assert found == {fault.name: GOOD for fault in ANSWERED}
    assert reported == ["delivered"] * MANY  # their receipts came before the responses
    assert "Traceback" not in zin.logged


async def test_silence_loses_nothing(registry: Registry, tmp_path: Path) -> None:
    changes = {"enquire_seconds: 30": "enquire_seconds: 5\nanswer_seconds: 5"}
    async with open_smsc() as smsc, bound_process(registry, tmp_path, smsc.port, changes, LEASE) as zin:
        found = await Suffering(registry, smsc).all(SILENT)
        smsc.script = lambda *it: silent_on(ENQUIRE, *it)
        await smsc.until(ENQUIRE)
        connections = smsc.connections
        async with asyncio.timeout(PATIENCE):
            while smsc.connections == connections:  # noqa: ASYNC110 - Zin leaves the silent peer and comes back
                await asyncio.sleep(0.05)
        smsc.script = well_behaved
    assert found == {fault.name: GOOD for fault in SILENT}
    assert "Traceback" not in zin.logged
