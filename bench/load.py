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
from urllib.parse import quote_plus

from loadtest.http_connection import HttpConnection

MAX_HOPS = 1_000_000  # in one round
PATIENCE = 10.0  # seconds without an answer after which a gateway gives up

FIRST_NUMBER = 40_000_000
numbers = itertools.count(FIRST_NUMBER)  # 01 40 00 00 00 and up: each citizen calls once


@dataclass(frozen=True, slots=True)
class Call:
    """One call: the inputs after dialling, and words that the last screen must contain."""

    inputs: tuple[str, ...]
    ends: str

    def texts(self) -> Iterator[str]:
        """Yield the URL-encoded text that the gateway sends at each hop."""
        for typed in range(len(self.inputs) + 1):
            yield quote_plus("*".join(self.inputs[:typed]))


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


class Phone:
    """One connection on which calls are made one after another."""

    def __init__(self, address: str, calls: Iterator[Call], seen: Seen, until: float, pause: float) -> None:
        self.address, self.calls, self.seen, self.until, self.pause = address, calls, seen, until, pause
        self.loop = asyncio.get_running_loop()
        self.due = self.loop.time()
        self.done: asyncio.Future[None] = self.loop.create_future()
        self.texts: Iterator[str] = iter(())
        self.line, self.over = HttpConnection(self), False

    def dial(self) -> None:
        """Start the next call, or end when the time or the hops are used up."""
        if perf_counter() > self.until or len(self.seen.times) > MAX_HOPS:
            self.over = True
            self.line.end()
            return
        number = next(numbers)
        self.call = next(self.calls)
        self.texts = self.call.texts()
        self.form = (
            f"phoneNumber=%2B22901{number}&serviceCode=%2A384%2A229%23&networkCode=61603&sessionId=ATUid_{number}&text="
        )
        self.send(next(self.texts))

    def send(self, text: str) -> None:
        """Send one hop with this text."""
        body = self.form + text
        head = f"POST {self.address} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded"
        self.sent = perf_counter()
        self.line.ask(f"{head}\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())

    def answered(self, line: HttpConnection, status: int, body: bytes) -> None:
        """Record the answer, and continue the call, after a pause if there is a rate."""
        self.seen.times.append(perf_counter() - self.sent)
        text = next(self.texts, None)
        self.look(status, body.decode(), last=text is None)
        if not self.pause:
            self.go_on(text)
        else:
            self.due += self.pause
            self.loop.call_at(self.due, self.go_on, text)

    def go_on(self, text: str | None) -> None:
        """Send the next text, or start the next call."""
        if text is None:
            self.dial()
        else:
            self.send(text)

    def look(self, status: int, body: str, *, last: bool) -> None:
        """Count an answer that is wrong."""
        if status != 200:
            self.seen.wrong[f"status {status}"] += 1
        elif last and self.call.ends not in body:
            self.seen.wrong[f"{'*'.join(self.call.inputs)}: {self.call.ends!r} not in {body!r}"] += 1
        elif not last and not body.startswith("CON "):
            self.seen.wrong[f"{'*'.join(self.call.inputs)}: ended early with {body!r}"] += 1

    def lost(self, line: HttpConnection) -> None:
        """Count a lost connection, and finish."""
        if not self.over:
            self.seen.wrong["connection lost"] += 1
        self.done.set_result(None)


@dataclass(frozen=True, slots=True)
class Crowd:
    """How many phones call for how many seconds; `rate` is their total hops a second, 0 for the maximum."""

    connections: int
    seconds: float
    rate: int = 0


async def play(port: int, address: str, calls: Sequence[Call], crowd: Crowd) -> Seen:
    """Make the calls, and return what was measured. Raises TimeoutError if an answer never comes."""
    loop, seen, dialled, start = asyncio.get_running_loop(), Seen(), itertools.cycle(calls), perf_counter()
    pause = crowd.connections / crowd.rate if crowd.rate else 0.0

    async with asyncio.timeout(crowd.seconds + PATIENCE):
        phones = [Phone(address, dialled, seen, start + crowd.seconds, pause) for _ in range(crowd.connections)]
        for one in phones:
            await loop.create_connection(partial(_line_of, one), "127.0.0.1", port)
            one.dial()
        await asyncio.gather(*(one.done for one in phones))
    seen.seconds = perf_counter() - start
    return seen


def _line_of(phone: Phone) -> HttpConnection:
    return phone.line
