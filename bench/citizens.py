"""Citizens who chose French before they call, in the registry that the measured server opens.

In a process of its own: what it imports and makes would slow the crowd down.
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

CITIZENS = 300_000  # more than a run has calls: nobody calls twice


async def choose_french(settings: Settings) -> None:
    """Let everybody who will call have chosen French."""
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
