"""The adversary of a rehearsal: guesses in series, floods, and a withdrawal in the middle of the announcements.

It has connections of its own, so that what it holds up is the server and not the crowd; attempts.py counts what it
tried and what that cost others.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Final

from loadtest.answer_parser import AnswerParser
from loadtest.attack_counts import Attempts
from loadtest.fake_gateways import FakeGateways
from loadtest.floods import Floods
from loadtest.guesses import Guesses
from loadtest.http_pool import ConnectionPool, play
from loadtest.plan import LoadTestImpossible, Plan
from loadtest.request_builders import RequestBuilder
from loadtest.virtual_users import Citizens
from loadtest.withdrawn_announcement import Announcement, Operator

CONNECTIONS: Final = 40
SEATS: Final = 200  # of the announced session, asked for again and again by those who wait
MIDDLE: Final = 0.3  # the part of the rehearsal after which the announced session is published


class Adversary:
    """Attacks one server for as long as the crowd is there, where the plan wants it."""

    def __init__(self, plan: Plan, envelopes: RequestBuilder, reader: AnswerParser, mail: FakeGateways) -> None:
        self.attempts = Attempts()
        self._plan, self._envelopes, self._reader, self._mail = plan, envelopes, reader, mail
        self._announcement: Announcement | None = None

    async def prepare(self, lines: ConnectionPool, operator: Operator | None) -> None:
        """Have citizens wait for the announced session, if there is one. Raises LoadTestImpossible."""
        if not (self._plan.adversary and self._plan.announced and operator):
            return
        if not self._plan.gateway:
            raise LoadTestImpossible("Pour une session annoncée, il faut recevoir les messages : --plan gateway=PORT.")
        citizens = self._citizens(replace(self._plan, session=self._plan.announced))
        await play(lines, citizens.scout())
        announcement = Announcement(operator, self._reader, self.attempts)
        self._mail.take_news = announcement.take
        await announcement.gather(lines, citizens, [one.seat for one in self._plan.candidates[:SEATS]])
        self._announcement = announcement

    @asynccontextmanager
    async def attacking(self) -> AsyncIterator[None]:
        """Attack as long as this context lasts, and until the announced session was withdrawn."""
        if not self._plan.adversary:
            yield
            return
        host, port, _ = self._plan.place()
        lines = ConnectionPool(host, port, self._plan.patience)
        citizens = self._citizens(self._plan)
        await lines.open(CONNECTIONS)
        await play(lines, citizens.scout())
        attacks = (
            Guesses(self._plan, self._envelopes, citizens, self._reader).run(lines, self.attempts),
            Floods(self._plan, self._envelopes).run(lines, self.attempts),
        )
        running = [asyncio.create_task(attack) for attack in attacks]
        announced = asyncio.create_task(self._announce())
        try:
            yield
            await announced
        finally:
            for task in (*running, announced):
                task.cancel()
            ended = await asyncio.gather(*running, announced, return_exceptions=True)
            await lines.close()
        for one in ended:
            if isinstance(one, Exception):
                raise one

    async def _announce(self) -> None:
        if self._announcement:
            await asyncio.sleep(MIDDLE * self._plan.seconds)
            await self._announcement.run()

    def _citizens(self, plan: Plan) -> Citizens:
        return Citizens(plan, self._envelopes, self._reader, None)
