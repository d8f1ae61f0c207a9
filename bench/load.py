"""A crowd of phones: whole calls played over keep-alive connections, every hop timed, every answer looked at.

`play` opens the connections, each a Phone that plays one call after the other until the time or the hops are used up.
Each call has a phone number and a session of its own, and sends what Africa's Talking would: all inputs so far.
The phones have no tasks (loadtest/http_pool.py), so that the crowd takes as little of its core as it can.
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

from loadtest.http_pool import HttpConnection

MAX_HOPS = 1_000_000  # in one round
PATIENCE = 10.0  # seconds without an answer after which the gateway, and so the crowd, gives up

FIRST_NUMBER = 40_000_000
numbers = itertools.count(FIRST_NUMBER)  # 01 40 00 00 00 and up: never the same citizen twice


@dataclass(frozen=True, slots=True)
class Call:
    """One citizen's call: what is typed after dialling, and words that the last screen must hold."""

    inputs: tuple[str, ...]
    ends: str

    def texts(self) -> Iterator[str]:
        """What the gateway sends hop by hop, as a form has it."""
        for typed in range(len(self.inputs) + 1):
            yield quote_plus("*".join(self.inputs[:typed]))


@dataclass(slots=True)
class Seen:
    """What the crowd saw: times in seconds, hop by hop; wrong counts each way in which an answer was not right."""

    times: array[float] = field(default_factory=lambda: array("d"))
    wrong: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    def add(self, other: Seen) -> None:
        self.times.extend(other.times)
        self.wrong.update(other.wrong)
        self.seconds += other.seconds

    def within(self, share: float) -> float:
        """The time in which this share of the hops was answered, in milliseconds."""
        return sorted(self.times)[min(int(len(self.times) * share), len(self.times) - 1)] * 1000


class Phone:
    """One connection on which calls are made one after the other."""

    def __init__(self, address: str, calls: Iterator[Call], seen: Seen, until: float, pause: float) -> None:
        self.address, self.calls, self.seen, self.until, self.pause = address, calls, seen, until, pause
        self.loop = asyncio.get_running_loop()
        self.due = self.loop.time()
        self.done: asyncio.Future[None] = self.loop.create_future()
        self.texts: Iterator[str] = iter(())
        self.line, self.over = HttpConnection(self), False

    def dial(self) -> None:
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
        body = self.form + text
        head = f"POST {self.address} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded"
        self.sent = perf_counter()
        self.line.ask(f"{head}\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())

    def answered(self, line: HttpConnection, status: int, body: bytes) -> None:
        self.seen.times.append(perf_counter() - self.sent)
        text = next(self.texts, None)
        self.look(status, body.decode(), last=text is None)
        if not self.pause:
            self.go_on(text)
        else:
            self.due += self.pause
            self.loop.call_at(self.due, self.go_on, text)

    def go_on(self, text: str | None) -> None:
        if text is None:
            self.dial()
        else:
            self.send(text)

    def look(self, status: int, body: str, *, last: bool) -> None:
        """Note an answer that is not the right one."""
        if status != 200:
            self.seen.wrong[f"status {status}"] += 1
        elif last and self.call.ends not in body:
            self.seen.wrong[f"{'*'.join(self.call.inputs)}: {self.call.ends!r} not in {body!r}"] += 1
        elif not last and not body.startswith("CON "):
            self.seen.wrong[f"{'*'.join(self.call.inputs)}: ended early with {body!r}"] += 1

    def lost(self, line: HttpConnection) -> None:
        if not self.over:
            self.seen.wrong["connection lost"] += 1
        self.done.set_result(None)


@dataclass(frozen=True, slots=True)
class Crowd:
    """How many phones call for how many seconds; rate is their hops a second together, 0 for all that are answered."""

    connections: int
    seconds: float
    rate: int = 0


async def play(port: int, address: str, calls: Sequence[Call], crowd: Crowd) -> Seen:
    """Let the crowd call. Raises TimeoutError when an answer fails to come at all."""
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
