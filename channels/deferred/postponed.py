"""Messages that were postponed because Valkey did not answer: SQL has them until they are answered, in their order.

A process knows how many wait from its own and from a look at SQL once a second (POLL_SECONDS). While none waits, a
message costs no query. While some wait, SQL is asked whether an earlier message of the same citizen is among them; the
later one then waits behind it, whichever process it reaches.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from channels.deferred.queries import COUNT_POSTPONED, POSTPONE, POSTPONED, POSTPONED_OF, POSTPONED_QUEUE
from channels.deferred.repository import ClaimedDeferred, DeferredRepository, NewDeferred
from database.interface import Database
from state.errors import StoreUnavailable

MAX_POSTPONED: Final = 100_000  # rows, of about 1 kB each; beyond, gateways are asked to send again
POLL_SECONDS: Final = 1.0  # between two looks


class PostponedMessages:
    """The postponed messages of all processes, and what this process knows of them.

    Every method raises SourceUnavailable.
    """

    def __init__(self, database: Database, promises: DeferredRepository, most: int = MAX_POSTPONED) -> None:
        self._database, self._promises, self._most = database, promises, most
        self._begun = self._ended = 0  # additions by this process
        self.waiting = 0  # of all processes, as far as is known

    async def add(self, message: NewDeferred, limit: int) -> bool:
        """Store a message as the last of its citizen; one that is stored already keeps its place.

        Returns False if so many of this citizen wait already. Raises StoreUnavailable if too many wait in all.
        """
        if self.waiting >= self._most:
            raise StoreUnavailable("too many messages wait for it already")
        self._begun += 1
        self.waiting += 1
        try:
            if await self.count_of(message.citizen) >= limit:
                return False
            if not await self._promises.add(replace(message, topic=POSTPONED, due_in=0.0)):
                await self._database.write(POSTPONE, held=message.key, next=self._promises.now())
            return True
        finally:
            self._ended += 1

    async def has_any_of(self, citizen: str) -> bool:
        """Whether a message of this citizen waits. Asks SQL only while messages are known to wait."""
        return self.waiting > 0 and await self.count_of(citizen) > 0

    async def claim(self, most: int) -> list[ClaimedDeferred]:
        """Claim up to `most` messages, the first of each citizen only."""
        return await self._promises.claim(most, POSTPONED_QUEUE)

    async def look(self) -> int:
        """Count the messages that wait. Returns 0, for a pause of the caller's loop."""
        ended = self._ended
        (found,) = await self._database.rows(COUNT_POSTPONED, most=self._most)
        self.waiting = int(found["many"]) + self._begun - ended  # with those that it could not see yet
        return 0

    async def count_of(self, citizen: str) -> int:
        """How many messages of this citizen wait."""
        (found,) = await self._database.rows(POSTPONED_OF, who=citizen)
        return int(found["many"])
