"""The health of gateways as one process sees it: a circuit breaker for each, which all processes share through SQL.

    three failures in a row, in one process -> the breaker is open for all: nothing is sent, others take over
    after its rest                          -> one message at a time is tried
    a message that is taken                 -> the breaker is closed

A gateway that no process could send by for some seconds, because it is stopped or its bind is down, counts as failing
too. Whether a row was written anew is compared with an own clock, so that the clocks of two machines may differ.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final, Literal

import structlog

from channels.outbox.column_values import clean_reason
from channels.routing.gateway_states import GatewayState, GatewayStates

FAILURES: Final = 3  # in a row open the breaker
FIRST_REST: Final = 30.0  # seconds; doubled each time that a trial fails
LONGEST_REST: Final = 900.0
STALE_SECONDS: Final = 6.0  # without a sign of a process that can send by a gateway
MAX_DOUBLINGS: Final = 5

Condition = Literal["up", "trial", "down"]
log = structlog.get_logger()


class RouteHealth:
    """The gateways of a table. own are those of this process, each with whether it can be sent by here."""

    def __init__(
        self,
        states: GatewayStates,
        own: Mapping[str, Callable[[], bool]],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._states, self.own, self._clock = states, own, clock
        self._known: dict[str, GatewayState] = {}
        self._changed: dict[str, float] = {}
        self._failures, self._rests = Counter[str](), Counter[str]()

    async def refresh(self) -> None:
        """Say what this process can send by, and read what others do. Raises SourceUnavailable."""
        if missing := self.own.keys() - self._known.keys():
            await self._states.add(missing)
        await self._states.seen(name for name, is_up in self.own.items() if is_up())
        found, now = await self._states.all(), self._clock()
        for name, state in found.items():
            before = self._known.get(name)
            if before is None or before.seen_at != state.seen_at:
                self._changed[name] = now
        self._known = dict(found)

    def condition(self, name: str) -> Condition:
        """Whether messages leave by this gateway now: all, one at a time for a trial, or none."""
        state = self._known.get(name)
        if state is None or not self._is_there(name):
            return "down"
        if not state.open_until:
            return "up"
        return "down" if state.open_until > self._states.now() else "trial"

    async def succeeded(self, name: str) -> None:
        """Note that a gateway took or refused a message as it should. Raises SourceUnavailable."""
        self._failures[name] = self._rests[name] = 0
        state = self._known.get(name)
        if state and state.open_until:
            self._known[name] = replace(state, open_until=0)
            await self._states.closed(name)
            log.info("gateway takes messages again", gateway=name)

    async def failed(self, name: str, why: str) -> None:
        """Note that a gateway did not take a message. Raises SourceUnavailable."""
        self._failures[name] += 1
        condition = self.condition(name)
        if condition == "down" or (condition == "up" and self._failures[name] < FAILURES):
            return
        rest = min(FIRST_REST * 2.0 ** min(self._rests[name], MAX_DOUBLINGS), LONGEST_REST)
        self._rests[name] += 1
        until = self._states.now() + round(rest * 1000)
        self._known[name] = replace(self._known[name], open_until=until)
        await self._states.opened(name, until, why)
        log.error("gateway fails, others take its messages", gateway=name, why=clean_reason(why), seconds=rest)

    def _is_there(self, name: str) -> bool:
        if name in self.own:
            return self.own[name]()
        return self._clock() - self._changed.get(name, float("-inf")) < STALE_SECONDS
