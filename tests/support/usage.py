"""A town whose conversation is counted, and what stands in the registry of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from analytics.counters import Counters, Figure
from analytics.flush import Flushing, Searches
from analytics.people import DistinctCitizens
from analytics.repository import UsageRepository
from database.interface import Database
from database.tables import figures
from state.conversation.conversation import Conversation, ConversationPorts
from state.conversation.trace import UNCOUNTED, UsageRecorder
from tests.support.conversation import Town


def counting(town: Town, tally: UsageRecorder = UNCOUNTED) -> Town:
    """The same town with usage counters."""
    outside = ConversationPorts(town.store, town.market, town.preferences, town.post)
    town.conversation = Conversation(town.menus, outside, town.settings, town.clock, tally)
    return town


class Counted:
    """One process: a town over a registry, whose counters a test flushes."""

    def __init__(self, database: Database, town: Town | None = None) -> None:
        self.counters, self.database = Counters(), database
        self.town = counting(town or Town(), self.counters)
        searches = Searches(self.town.store, "demo")
        self.citizens = DistinctCitizens(self.town.store)
        self.flushing = Flushing(self.counters, UsageRepository(database), searches, self.citizens)

    async def kept(self, what: str) -> Mapping[str, int]:
        """Flush, and return the stored totals of one counter over all hours."""
        await self.flushing.flush()
        numbers: Counter[str] = Counter()
        for row in await rows(self.database):
            if row["what"] == what:
                numbers[row["of"]] += row["many"]
        return dict(numbers)


async def rows(database: Database) -> list[dict[str, Any]]:
    return await database.rows(select(figures))


async def add(database: Database, *figures_: Figure) -> None:
    await UsageRepository(database).add(figures_)
