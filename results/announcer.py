"""Makes the deferred answers about a session due when its results are published.

Every process polls each second. One transaction wakes the deferred answers and marks the publication as announced, so
that it happens once even if a process is killed. A request stored between the hour and the announcement is checked
again a minute later (channels/webhooks/outgoing_messages.py).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

import structlog

from database.interface import Database
from results import publication_queries as sql

TOPIC: Final = "exams.result"  # topic of the deferred answers about a session (state/interfaces.py, Question.topic)
DELAY_SECONDS: Final = 3.0  # after the hour: by then every process shows the results
NEWS_SECONDS: Final = 30 * 24 * 3600.0  # for which a citizen who received a result also receives corrections
POLL_SECONDS: Final = 1.0
log = structlog.get_logger()


async def count_subscribers(database: Database, session: str) -> int:
    """Return how many citizens will be written to when this session is announced. Raises SourceUnavailable."""
    return int((await database.rows(sql.SUBSCRIBERS, about=f"{TOPIC}:{session}"))[0]["many"])


class ResultAnnouncer:
    """Makes deferred answers due when results are published. `clock` gives Unix seconds."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database, self._clock = database, clock

    async def announce_due(self) -> int:
        """Announce the sessions published since the last call. Always returns 0, the number of rows left.

        Raises SourceUnavailable.
        """
        due = await self._database.rows(sql.TO_ANNOUNCE, until=int(self._clock() - DELAY_SECONDS))
        for session in dict.fromkeys(row["session"] for row in due):
            await self._announce(session)
        return 0

    async def _announce(self, session: str) -> None:
        now = self._clock()
        async with self._database.exclusive_transaction() as writer:
            if not await writer.rows(sql.ANNOUNCE, of=session, until=int(now - DELAY_SECONDS), now=int(now)):
                return  # another process has just announced it
            until = round((now + NEWS_SECONDS) * 1000)
            woken = await writer.rows(sql.WAKE, about=f"{TOPIC}:{session}", due=round(now * 1000), until=until)
        log.info("results are out", session=session, waiting=len(woken))
