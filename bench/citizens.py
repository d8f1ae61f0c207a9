"""Stores French as the language of the benchmark's citizens, in the database of the measured server.

It runs in its own process, so that its imports and objects do not slow the load generator down.
"""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

from bench.load import FIRST_NUMBER
from database import open_database, tables
from database.migrations import migrate
from settings import Settings
from state.identity import Pseudonyms
from state.interfaces import Inbound

CITIZENS = 300_000  # more than the calls of a run: no citizen calls twice


async def choose_french(settings: Settings) -> None:
    """Store French as the language of every citizen who will call."""
    database, names = open_database(settings), Pseudonyms(settings.secrets.pepper)
    phones = (f"+22901{number}" for number in range(FIRST_NUMBER, FIRST_NUMBER + CITIZENS))
    chosen = {"language": "fr", "call": "", "chosen_at": int(time.time())}
    rows = [
        {"citizen": names.across_channels(Inbound("", phone, "", "", inputs_are_cumulative=True)), **chosen}
        for phone in phones
    ]
    await migrate(database)
    async with database.exclusive_transaction() as writer:
        await writer.add(tables.preferences, rows)
    await database.close()


if __name__ == "__main__":
    asyncio.run(choose_french(Settings(data=Path(sys.argv[1]))))
