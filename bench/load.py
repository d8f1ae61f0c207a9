"""A load generator: complete calls over keep-alive connections, with the time and the correctness of every hop.

`play` opens the connections. Each one is a Phone that makes one call after another until the time or the hops are used
up. Each call has its own phone number and session, and sends what Africa's Talking would: all inputs so far. Phones use
no tasks (loadtest/http_connection.py), so that the load generator needs little CPU.
"""

from __future__ import annotations

import asyncio
import itertools
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from time import perf_counter

from bench.calls import Call
from loadtest.http_connection import HttpConnection

MAX_HOPS = 1_000_000  # in one round
PATIENCE = 30.0  # seconds after the time is up, in which all calls in progress must end

FIRST_NUMBER = 40_000_000
RETURNING = itertools.count(FIRST_NUMBER)  # 01 40 00 00 00 and up: each calls once, and bench/citizens.py knows them
FIRST_TIME = itertools.count(60_000_000)  # citizens of whom nothing is stored


@dataclass(slots=True)
class Seen:
    """The measured hops: times in seconds, and wrong answers by reason."""

    times: array[float] = field(default_factory=lambda: array("d"))
    wrong: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    def add(self, other: Seen) -> None:
        """Add the hops of another round."""
        self.times.extend(other.times)
        self.wrong.update(other.wrong)
        self.seconds += other.seconds

    def within(self, share: float) -> float:
        """Return the time in milliseconds within which this share of the hops was answered."""
        return sorted(self.times)[min(int(len(self.times) * share), len(self.times) - 1)] * 1000


@dataclass(frozen=True, slots=True)
class Crowd:
    """How many phones call for how many seconds; `rate` is their total hops a second, 0 for the maximum."""

    connections: int
    seconds: float
    rate: int = 0


@dataclass(frozen=True, slots=True)
class Load:
    """What is called and by which citizens: `numbers` are the last eight digits of their phone numbers."""

    calls: Sequence[Call]
    numbers: Iterator[int] = RETURNING


@dataclass(slots=True)
class Round:
    """What the phones of one round share: their calls with the templates of the requests, and what they saw.

    `pause` is in seconds between the hops of one phone.
    """

    calls: Iterator[tuple[Call, list[bytes]]]
    numbers: Iterator[int]
    until: float
    pause: float
    seen: Seen = field(default_factory=Seen)


class Phone:
    """One connection on which calls are made one after another."""

    def __init__(self, shared: Round) -> None:
        self.round, self.seen = shared, shared.seen
        self.loop = asyncio.get_running_loop()
        self.due = self.loop.time()
        self.done: asyncio.Future[None] = self.loop.create_future()
        self.requests: Iterator[bytes] = iter(())
        self.line, self.over = HttpConnection(self), False

    def dial(self) -> None:
        """Start the next call, or end when the time or the hops are used up."""
        if perf_counter() > self.round.until or len(self.seen.times) > MAX_HOPS:
            self.over = True
            self.line.end()
            return
        self.number = next(self.round.numbers)
        self.call, requests = next(self.round.calls)
        self.requests = iter(requests)
        self.send(next(self.requests))

    def send(self, request: bytes) -> None:
        """Send one hop, by the template of its request."""
        self.sent = perf_counter()
        self.line.ask(request % (self.number, self.number))

    def answered(self, line: HttpConnection, status: int, body: bytes) -> None:
        """Record the answer, and continue the call, after a pause if there is a rate."""
        self.seen.times.append(perf_counter() - self.sent)
        request = next(self.requests, None)
        self.look(status, body, last=request is None)
        if not self.round.pause:
            self.go_on(request)
        else:
            self.due += self.round.pause
            self.loop.call_at(self.due, self.go_on, request)

    def go_on(self, request: bytes | None) -> None:
        """Send the next hop, or start the next call."""
        if request is None:
            self.dial()
        else:
            self.send(request)

    def look(self, status: int, body: bytes, *, last: bool) -> None:
        """Count an answer that is wrong."""
        if status != 200:
            self.seen.wrong[f"status {status}"] += 1
        elif last and self.call.ends not in body.decode():
            self.seen.wrong[f"{'*'.join(self.call.inputs)}: {self.call.ends!r} not in {body.decode()!r}"] += 1
        elif not last and not body.startswith(b"CON "):
            self.seen.wrong[f"{'*'.join(self.call.inputs)}: ended early with {body.decode()!r}"] += 1

    def lost(self, line: HttpConnection) -> None:
        """Count a lost connection, and finish."""
        if not self.over:
            self.seen.wrong["connection lost"] += 1
        self.done.set_result(None)


async def play(port: int, address: str, load: Load, crowd: Crowd) -> Seen:
    """Make the calls, and return what was measured. Raises TimeoutError if an answer never comes."""
    loop, start = asyncio.get_running_loop(), perf_counter()
    dialled = itertools.cycle([(call, list(templates(address, call))) for call in load.calls])
    pause = crowd.connections / crowd.rate if crowd.rate else 0.0
    shared = Round(dialled, load.numbers, start + crowd.seconds, pause)
    async with asyncio.timeout(crowd.seconds + PATIENCE):
        phones = [Phone(shared) for _ in range(crowd.connections)]
        for one in phones:
            await loop.create_connection(partial(_line_of, one), "127.0.0.1", port)
            one.dial()
        await asyncio.gather(*(one.done for one in phones))
    shared.seen.seconds = perf_counter() - start
    return shared.seen


def templates(address: str, call: Call) -> Iterator[bytes]:
    """Yield the request of each hop of a call, with `%d` where the eight digits of the phone number go, twice."""
    head = f"POST {address} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded"
    form = "phoneNumber=%2B22901{0}&serviceCode=%2A384%2A229%23&networkCode=61603&sessionId=ATUid_{0}&text="
    for text in call.texts():
        length = len(form.format("00000000") + text)
        body = (form + text).replace("%", "%%").format("%d")
        yield f"{head}\r\nContent-Length: {length}\r\n\r\n{body}".encode()


def _line_of(phone: Phone) -> HttpConnection:
    return phone.line
