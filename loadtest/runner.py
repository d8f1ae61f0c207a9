"""Runs a load test from its first call to its last answer.

arrivals -> a VirtualUser for each, when it is due -> ConnectionPool -> Recorder -> Figures

Citizens start when they are due, even if earlier ones have no answer yet; the wait for a busy server is part of their
time. Everything runs in one event loop on one core.
"""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from random import Random
from typing import Final

from loadtest.adversary import Adversary
from loadtest.answer_parser import AnswerParser
from loadtest.fake_gateways import Came, ExpectedMessage, FakeGateways, serve_gateways
from loadtest.http_pool import ConnectionPool, play
from loadtest.metrics import Figures, compute_figures
from loadtest.plan import LoadTestImpossible, Plan
from loadtest.process_stats import ProcessStats
from loadtest.recorder import Recorder, Worth
from loadtest.request_builders import RequestBuilder
from loadtest.scenarios import arrivals, look_ups
from loadtest.scheduler import LoadScheduler
from loadtest.virtual_users import Citizens
from loadtest.withdrawn_announcement import Operator

QUIET: Final = 10.0  # seconds without a message after which the test stops waiting
AFTER: Final = 1.0  # seconds after the last answer in which duplicates may arrive
LOOK: Final = 0.2
PROGRESS_SECONDS: Final = 5.0  # seconds between two lines of progress


@dataclass(frozen=True, slots=True)
class Crowd:
    """The open connections, the citizens and the adversary who use them."""

    lines: ConnectionPool
    citizens: Citizens
    adversary: Adversary


async def run_load_test(plan: Plan, say: Callable[[str], None], operator: Operator | None = None) -> Figures:
    """Run a plan, and report progress with `say`; `operator` is needed for an announced session.

    Raises LoadTestImpossible.
    """
    plan.check()
    chance, loop = Random(plan.seed), asyncio.get_running_loop()
    times, seats = arrivals(plan.look_ups, plan.seconds, plan.rate, chance), look_ups(plan, chance)
    tally, watched = Recorder(), [ProcessStats(pid) for pid in plan.pids]
    reader = AnswerParser((one.decision for one in plan.candidates), plan.shed, plan.not_listed)
    mail = FakeGateways(reader, lambda awaited, came, now: _settle(tally, awaited, came, now), loop.time)
    async with _crowd(plan, reader, mail, operator) as crowd:
        with _collected_before():
            for one in watched:
                one.begin()
            began, cpu = time.time(), time.process_time()
            async with crowd.adversary.attacking():
                await _until_over(LoadScheduler(times, seats, crowd.citizens, crowd.lines, tally), mail, say, watched)
    cpu = time.process_time() - cpu
    for awaited in mail.missing():
        tally.record_end(awaited.look_up.channel, "missing", awaited.look_up.seat, loop.time())
    found = compute_figures(plan, tally, mail, watched, (began, cpu))
    return replace(found, attempts=crowd.adversary.attempts if plan.adversary else None)


@asynccontextmanager
async def _crowd(
    plan: Plan, reader: AnswerParser, mail: FakeGateways, operator: Operator | None
) -> AsyncIterator[Crowd]:
    """Open the gateways and connections, and learn what the server offers. Raises LoadTestImpossible."""
    async with AsyncExitStack() as open_parts:
        if plan.gateway:
            await open_parts.enter_async_context(serve_gateways(plan.gateway, mail))
        lines = await open_parts.enter_async_context(_lines(plan))
        host, _, path = plan.place()
        envelopes = RequestBuilder(host, path, plan.keys)
        citizens = Citizens(plan, envelopes, reader, mail if plan.gateway else None)
        await play(lines, citizens.scout())
        adversary = Adversary(plan, envelopes, reader, mail)
        await adversary.prepare(lines, operator)
        yield Crowd(lines, citizens, adversary)


def _settle(tally: Recorder, awaited: ExpectedMessage, came: Came, now: float) -> None:
    tally.channels[awaited.look_up.channel].messages.append(now - awaited.due)
    tally.record_end(awaited.look_up.channel, came, awaited.look_up.seat, now)


async def _until_over(
    crowd: LoadScheduler, mail: FakeGateways, say: Callable[[str], None], watched: list[ProcessStats]
) -> None:
    """Start the citizens, and wait for their answers."""
    loop, tally = asyncio.get_running_loop(), crowd.tally
    crowd.begin()
    reported = tally.began
    while tally.count_open() or not crowd.is_begun:
        await asyncio.sleep(LOOK)
        for one in watched:
            one.look()
        now = loop.time()
        if now - reported >= PROGRESS_SECONDS:
            reported = now
            say(_progress(tally, now))
        missing = sum(1 for _ in mail.missing())
        if crowd.is_begun and missing == tally.count_open() and now - max(mail.last, crowd.last) > QUIET:
            return
    await asyncio.sleep(max(0.0, mail.last + AFTER - loop.time()))


def _progress(tally: Recorder, now: float) -> str:
    done = f"{now - tally.began:.0f} s : {tally.count('right')} bonnes réponses"
    counts: dict[str, Worth] = {"fausses": "wrong", "remises à plus tard": "shed", "erreurs": "error"}
    others = [f"{tally.count(worth)} {what}" for what, worth in counts.items()]
    return ", ".join([done, *others, f"{tally.count_open()} en attente"])


@asynccontextmanager
async def _lines(plan: Plan) -> AsyncIterator[ConnectionPool]:
    host, port, _ = plan.place()
    lines = ConnectionPool(host, port, plan.patience)
    try:
        try:
            await lines.open(plan.connections)
        except OSError as refused:
            what = f"Le serveur ne prend pas {plan.connections} connexions sur {plan.address}."
            raise LoadTestImpossible(what) from refused
        yield lines
    finally:
        await lines.close()


@contextmanager
def _collected_before() -> Iterator[None]:
    """Exclude the candidates from garbage collection during the measurement."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
