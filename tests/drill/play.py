"""One drill: citizens call and write, a fault happens, and the figures of what they saw go into the table."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.drill.crowds import Crowds
from tests.drill.front import Front, front
from tests.drill.installation import SECRET, Installation
from tests.drill.observations import Observations
from tests.drill.proxy_front import ProxyFront, proxy_fronts
from tests.drill.table import row, write_row

CALM: Final = 4.0  # seconds of calls before the fault, and after it
LAST: Final = 120.0  # seconds until every message is answered: a lease of a process that died, and what it waited for
AGAIN: Final = 2.0  # seconds in which a message may come a second time


@dataclass(frozen=True, slots=True)
class Drilled:
    """How many hops were lost, and how many requests were being answered when the fault began."""

    lost: int
    in_flight: int


async def play(
    drill: str,
    site: Installation,
    fault: Callable[[], Awaitable[None]],
    last: float = LAST,
    proxies: Path | None = None,
) -> Drilled:
    """Play a drill of this name, and write its row. The fault ends when all is as it was before, or should be.

    last is in seconds: then every message must have been answered. With a folder for the files of `proxies`, a share of
    the citizens come through each proxy of deploy/, with a row of their own.
    """
    async with AsyncExitStack() as stack:
        crowds = Crowds(await _fronts(stack, drill, site, proxies), site.scripts, SECRET)
        site.sms.says, site.sms.keeps, site.cloud.hears = crowds.take_sms, False, crowds.take_chat
        running = asyncio.create_task(crowds.run())
        try:
            await _answers_flow(crowds)
            began, in_flight = time.monotonic(), crowds.in_flight
            await fault()
            await _answers_flow(crowds)
            crowds.stop()
            await running
            await _all_answered(crowds, last)
        finally:
            running.cancel()
    lost = sum(_judge(name, crowd.seen, began) for name, crowd in crowds.by_row.items())
    return Drilled(lost, in_flight)


async def _fronts(
    stack: AsyncExitStack, drill: str, site: Installation, proxies: Path | None
) -> dict[str, Front | ProxyFront]:
    """Open what the citizens come through, by the name of its row."""
    fronts: dict[str, Front | ProxyFront] = {drill: await stack.enter_async_context(front(site.ports))}
    if proxies:
        behind = await stack.enter_async_context(proxy_fronts(proxies, site.ports))
        fronts |= {f"{drill}_{kind}": one for kind, one in behind.items()}
    return fronts


def _judge(name: str, seen: Observations, began: float) -> int:
    """Write the row of this name. Returns how many hops were lost."""
    found = seen.figures(began)
    line = row(name, found)
    print(f"\n{line}", *found.wrong[:5], *seen.lost_messages(began), sep="\n")
    write_row(line)
    assert found.hops > 0 < found.messages, "nobody called, or nobody wrote"
    assert found.wrong == ()
    assert found.messages_lost == 0
    return found.lost


async def _answers_flow(crowd: Crowds) -> None:
    """Wait until hops and messages that were sent from now on are answered as the menu says, and a while longer."""
    now = time.monotonic()
    until = now + LAST
    while not crowd.are_answered_since(now) and time.monotonic() < until:  # noqa: ASYNC110 - as below
        await asyncio.sleep(0.1)
    await asyncio.sleep(CALM)


async def _all_answered(crowd: Crowds, last: float) -> None:
    until = time.monotonic() + last
    while crowd.unanswered() and time.monotonic() < until:  # noqa: ASYNC110 - the answers come from a gateway
        await asyncio.sleep(0.1)
    await asyncio.sleep(AGAIN)
