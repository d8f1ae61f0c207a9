"""The adversary of a load test: series of guesses, floods, and a withdrawal during the announcements.

It has its own connections, so that it slows the server down and not the citizens. `attack_counts` counts its attempts
and their effect on others.
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
SEATS: Final = 200  # of the announced session, for which citizens wait
MIDDLE: Final = 0.3  # part of the load test after which the announced session is published


class Adversary:
    """Attacks one server during the load test, if the plan asks for it."""

    def __init__(self, plan: Plan, envelopes: RequestBuilder, reader: AnswerParser, mail: FakeGateways) -> None:
        self.attempts = Attempts()
        self._plan, self._envelopes, self._reader, self._mail = plan, envelopes, reader, mail
        self._announcement: Announcement | None = None

    async def prepare(self, lines: ConnectionPool, operator: Operator | None) -> None:
        """Make citizens subscribe to the announced session, if there is one. Raises LoadTestImpossible."""
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
        """Attack while this context lasts, and until the announced session is withdrawn."""
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
