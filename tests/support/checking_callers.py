"""Citizens who call and write through a proxy all the time, and check every answer."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

import aiohttp

GATEWAY_SECONDS: Final = 10.0  # the gateway hangs up: developers.africastalking.com/docs/ussd/overview
PAUSE_SECONDS: Final = 0.2  # between two inputs of one citizen
NUMBERS: Final = itertools.count(1)


@dataclass(slots=True)
class Seen:
    """What became of all hops and messages: how many were answered, and those that were not as they should be."""

    answered: int = 0
    written: int = 0
    lost: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    late: list[float] = field(default_factory=list)

    def row(self, name: str) -> str:
        """The row of a table: event, hops and messages, lost, wrong, late."""
        figures = (self.answered + self.written, len(self.lost), len(self.wrong), len(self.late))
        return f"| {name} | {' | '.join(map(str, figures))} |"


@dataclass(frozen=True, slots=True)
class Gateway:
    """A gateway that sends calls and messages to one address."""

    session: aiohttp.ClientSession
    url: str
    secret: str

    async def hop(self, call: str, phone: str, text: str) -> str:
        """The screen after this input. Raises ClientError."""
        form = {
            "sessionId": call,
            "serviceCode": "*384*229#",
            "phoneNumber": phone,
            "networkCode": "61603",
            "text": text,
        }
        return await self._post(f"/ussd/africastalking/{self.secret}", form)

    async def write(self, key: str, phone: str, text: str) -> str:
        """What is said to a message. Raises ClientError."""
        form = {"from": phone, "to": "5000", "text": text, "id": key}
        return await self._post(f"/sms/africastalking/{self.secret}", form)

    async def _post(self, path: str, form: Mapping[str, str]) -> str:
        async with self.session.post(self.url + path, data=form) as answer:
            answer.raise_for_status()
            return await answer.text()

    async def call(self, inputs: Sequence[str]) -> AsyncIterator[tuple[str, str]]:
        """Call once: each input, and the screen after it or the error."""
        number = next(NUMBERS)
        typed: list[str] = []
        for one in inputs:
            typed += [one] if one else []
            try:
                yield one, await self.hop(f"call-{number}", f"+22901{number:08}", "*".join(typed))
            except (aiohttp.ClientError, TimeoutError) as error:
                yield one, f"{type(error).__name__}: {error}"[:200]


@asynccontextmanager
async def gateway(url: str, secret: str) -> AsyncIterator[Gateway]:
    """A gateway that believes any certificate and keeps its connections."""
    limits = aiohttp.ClientTimeout(total=3 * GATEWAY_SECONDS)
    connector = aiohttp.TCPConnector(limit=0, ssl=False)
    async with aiohttp.ClientSession(timeout=limits, connector=connector) as session:
        yield Gateway(session, url, secret)


@asynccontextmanager
async def calling(one: Gateway, inputs: Sequence[str], screens: Sequence[str], many: int) -> AsyncIterator[Seen]:
    """So many citizens who call and write for the duration of this context, and end their calls behind it."""
    seen, done = Seen(), asyncio.Event()
    citizens = [
        asyncio.create_task(_citizen(one, dict(zip(inputs, screens, strict=True)), seen, done)) for _ in range(many)
    ]
    try:
        yield seen
    finally:
        done.set()
        await asyncio.gather(*citizens)


async def _citizen(one: Gateway, screens: Mapping[str, str], seen: Seen, done: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    while not done.is_set():
        began = loop.time()
        async for typed, screen in one.call(list(screens)):
            seen.answered += 1
            if loop.time() - began > GATEWAY_SECONDS:
                seen.late.append(loop.time() - began)
            if screen != screens[typed]:
                (seen.wrong if screen.startswith(("CON", "END")) else seen.lost).append(f"{typed!r}: {screen}")
            await asyncio.sleep(PAUSE_SECONDS)
            began = loop.time()
        await _write(one, seen)


async def _write(one: Gateway, seen: Seen) -> None:
    number = next(NUMBERS)
    seen.written += 1
    try:
        said = await one.write(f"message-{number}", f"+22901{number:08}", "bonjour")
    except (aiohttp.ClientError, TimeoutError) as error:
        seen.lost.append(f"message: {type(error).__name__}: {error}"[:200])
    else:
        if said != "OK":
            seen.wrong.append(f"message: {said}")
