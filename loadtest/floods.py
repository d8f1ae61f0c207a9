"""Attacks that could slow down a server: very long texts, compressed bodies, and requests that never end."""

from __future__ import annotations

import asyncio
import gzip
import itertools
import secrets
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from typing import Final

from loadtest.attack_counts import Attempts
from loadtest.http_pool import ConnectionPool, Reply, fetch
from loadtest.plan import Plan
from loadtest.request_builders import RequestBuilder
from loadtest.virtual_users import CHATS, phone_of

LONGEST: Final = 4096  # signs, as Telegram and WhatsApp allow: core.telegram.org/bots/api#message
# Characters that grow most in NFKD form, are slowest to compose, or split into most words.
WORST_SIGNS: Final = ("\ufdfa", "\ufb2c", "\uac01", "a\u0323\u0307", " ", "b ")
PAUSE_SECONDS: Final = 0.25  # between two attacks of one kind
INFLATED: Final = b"\0" * 2_000_000
HALF_OPEN: Final = 20  # connections held at once
HELD_SECONDS: Final = 30.0  # maximum wait until the server closes one
FIRST_CHAT: Final = 7 * CHATS


class Floods:
    """Sends long texts, compressed bodies and half-open connections during the load test."""

    def __init__(self, plan: Plan, envelopes: RequestBuilder) -> None:
        self._plan, self._write = plan, envelopes

    async def run(self, lines: ConnectionPool, attempts: Attempts) -> None:
        """Attack until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._write_long_texts(lines, attempts))
            group.create_task(_repeat(lambda: self._send_compressed(attempts)))
            for place in range(HALF_OPEN):
                group.create_task(_repeat(lambda place=place: self._hold_open(place, attempts)))  # type: ignore[misc]

    async def _write_long_texts(self, lines: ConnectionPool, attempts: Attempts) -> None:
        loop = asyncio.get_running_loop()
        for request in self._long_texts():
            began = loop.time()
            reply = await fetch(lines, request)
            attempts.long_texts += 1
            attempts.long_texts_failed += not 200 <= reply.status < 500
            attempts.slowest_long_text_seconds = max(attempts.slowest_long_text_seconds, loop.time() - began)
            await asyncio.sleep(PAUSE_SECONDS)

    def _long_texts(self) -> Iterator[bytes]:
        """Yield the worst texts over each channel in turn, each from a new citizen."""
        mark, chats = secrets.token_hex(5), itertools.count(FIRST_CHAT + secrets.randbelow(CHATS))
        for number, signs in enumerate(itertools.cycle(WORST_SIGNS)):
            text = (signs * LONGEST)[:LONGEST]
            phone, named = phone_of(secrets.randbelow(10**7)), f"{mark}{number}"
            yield self._write.telegram(next(chats), next(chats), text)
            yield self._write.whatsapp(named, phone, text)
            yield self._write.sms(named, phone, text[: LONGEST // 8])
            yield self._write.ussd(f"ATUid_{named}", phone, text[: LONGEST // 16])

    async def _send_compressed(self, attempts: Attempts) -> None:
        for request in self._write.compressed(gzip.compress(INFLATED)):
            reply = await self._send_alone(request)
            attempts.compressed += 1
            attempts.compressed_accepted += reply.status == 200

    async def _hold_open(self, place: int, attempts: Attempts) -> None:
        """Send a part of a request, then single bytes; record how long the server keeps the connection."""
        loop = asyncio.get_running_loop()
        reader, writer = await self._connect()
        began = loop.time()
        attempts.half_open += 1
        try:
            writer.write(self._write.half(place))
            closed = await _is_closed(reader, writer, HELD_SECONDS)
        finally:
            writer.close()
        attempts.half_open_not_closed += not closed
        attempts.longest_half_open_seconds = max(attempts.longest_half_open_seconds, loop.time() - began)

    async def _send_alone(self, request: bytes) -> Reply:
        """Send one request on its own connection; the server may refuse to read its body."""
        reader, writer = await self._connect()
        try:
            writer.write(request)
            async with asyncio.timeout(self._plan.patience):
                first = await reader.readline()
            return Reply(int(first[9:12] or 0))
        except (OSError, TimeoutError, ValueError):
            return Reply(0, b"", "connection closed")
        finally:
            writer.close()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        host, port, _ = self._plan.place()
        return await asyncio.open_connection(host, port)


async def _is_closed(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seconds: float) -> bool:
    """Send single bytes; return whether the server closes the connection within this time."""
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    while loop.time() < until:
        try:
            async with asyncio.timeout(1.0):
                if not await reader.read(4096):
                    return True
        except TimeoutError:
            writer.write(b"a")
        except OSError:
            return True
    return False


async def _repeat(attack: Callable[[], Awaitable[None]]) -> None:
    """Attack again and again, also after a refused connection."""
    while True:
        with suppress(OSError):
            await attack()
        await asyncio.sleep(PAUSE_SECONDS)
