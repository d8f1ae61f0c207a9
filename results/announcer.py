"""At the hour of a publication, everybody who waits for its news becomes due to be told.

Any number of processes look, every second; the wake-up of all who wait and the note that it was done are one
transaction, so that it is done once, whoever is killed. Who asks to be told between the hour and the wake-up is looked
after a minute later in any case (channels/webhooks/outgoing_messages.py).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

import structlog

from database.interface import Database
from results import publication_queries as sql

TOPIC: Final = "exams.result"  # what news of a session are promised about (state/interfaces.py, Question.topic)
DELAY_SECONDS: Final = 3.0  # seconds after the hour: by then every process tells the results
NEWS_SECONDS: Final = 30 * 24 * 3600.0  # seconds for which who was told is told of corrections too
POLL_SECONDS: Final = 1.0  # seconds between two looks
log = structlog.get_logger()


class ResultAnnouncer:
    """Wakes those who wait. clock gives Unix seconds."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database, self._clock = database, clock

    async def announce_due(self) -> int:
        """Wake who waits for what is published since the last look; always 0: there is time until the next.

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
                return  # another process did it just now
            until = round((now + NEWS_SECONDS) * 1000)
            woken = await writer.rows(sql.WAKE, about=f"{TOPIC}:{session}", due=round(now * 1000), until=until)
        log.info("results are out", session=session, waiting=len(woken))
