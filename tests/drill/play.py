"""One drill: citizens call and write, a fault happens, and the figures of what they saw go into the table."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from tests.drill.crowd import Crowd
from tests.drill.front import front
from tests.drill.installation import SECRET, Installation
from tests.drill.observations import Figures
from tests.drill.table import row, write_row

CALM: Final = 4.0  # seconds of calls before the fault, and after it
LAST: Final = 120.0  # seconds until every message is answered: a lease of a process that died, and what it waited for
AGAIN: Final = 2.0  # seconds in which a message may come a second time


@dataclass(frozen=True, slots=True)
class Drilled:
    """The figures, and how many requests were being answered when the fault began."""

    figures: Figures
    in_flight: int


async def play(drill: str, site: Installation, fault: Callable[[], Awaitable[None]], last: float = LAST) -> Drilled:
    """Play a drill of this name, and write its row. The fault ends when all is as it was before, or should be.

    last is in seconds: then every message must have been answered.
    """
    async with front(site.ports) as before:
        crowd = Crowd(before, site.scripts, SECRET)
        site.sms.says, site.sms.keeps, site.cloud.hears = crowd.take_sms, False, crowd.take_chat
        running = asyncio.create_task(crowd.run())
        try:
            await _answers_flow(crowd)
            began, in_flight = time.monotonic(), crowd.in_flight
            await fault()
            await _answers_flow(crowd)
            crowd.stop()
            await running
            await _all_answered(crowd, last)
        finally:
            running.cancel()
    found = crowd.seen.figures(began)
    line = row(drill, found)
    print(f"\n{line}", *found.wrong[:5], *crowd.seen.lost_messages(began), sep="\n")
    write_row(line)
    assert found.hops > 0 < found.messages, "nobody called, or nobody wrote"
    assert found.wrong == ()
    assert found.messages_lost == 0
    return Drilled(found, in_flight)


async def _answers_flow(crowd: Crowd) -> None:
    """Wait until hops and messages that were sent from now on are answered as the menu says, and a while longer."""
    now = time.monotonic()
    until = now + LAST
    while not crowd.seen.are_answered_since(now) and time.monotonic() < until:  # noqa: ASYNC110 - as below
        await asyncio.sleep(0.1)
    await asyncio.sleep(CALM)


async def _all_answered(crowd: Crowd, last: float) -> None:
    until = time.monotonic() + last
    while crowd.unanswered() and time.monotonic() < until:  # noqa: ASYNC110 - the answers come from a gateway
        await asyncio.sleep(0.1)
    await asyncio.sleep(AGAIN)
