"""What stands before the servers in a drill: it asks each whether it is ready, and passes requests on.

It does what the proxy of an installation is to do (docs/availability.md): a request whose connection fails, or breaks
before an answer, goes to another server. Zin answers the same hop twice with the same screen.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Final

import aiohttp

GATEWAY_SECONDS: Final = 10.0  # the gateway hangs up: developers.africastalking.com/docs/ussd/overview
CHECK_SECONDS: Final = 0.25  # between two looks at a server
NO_ANSWER: Final = ""  # in place of an answer


class Front:
    """Passes requests on to the servers at these ports, in turn."""

    def __init__(self, session: aiohttp.ClientSession, ports: Sequence[int]) -> None:
        self._session, self._ports = session, ports
        self._ready, self._turn = set(ports), itertools.count()

    async def post(self, path: str, body: bytes | Mapping[str, str], headers: Mapping[str, str]) -> str:
        """Return the answer of a server, or NO_ANSWER if no server gives one of success in time."""
        try:
            async with asyncio.timeout(GATEWAY_SECONDS):
                return await self._post(path, body, headers)
        except TimeoutError:
            return NO_ANSWER

    async def _post(self, path: str, body: bytes | Mapping[str, str], headers: Mapping[str, str]) -> str:
        for port in self._in_turn():
            try:
                address = f"http://127.0.0.1:{port}{path}"
                async with self._session.post(address, data=body, headers=headers) as answer:
                    if answer.status == 200:
                        return f"{await answer.text()}\n"
            except aiohttp.ClientError:
                self._ready.discard(port)
        return NO_ANSWER

    def _in_turn(self) -> Sequence[int]:
        """All servers, first those that are ready, each time with another one in front."""
        turn = next(self._turn) % len(self._ports)
        ports = (*self._ports[turn:], *self._ports[:turn])
        return sorted(ports, key=lambda port: port not in self._ready)

    async def watch(self) -> None:
        """Ask each server again and again whether it is ready."""
        while True:
            await asyncio.gather(*map(self._look, self._ports))
            await asyncio.sleep(CHECK_SECONDS)

    async def _look(self, port: int) -> None:
        limit = aiohttp.ClientTimeout(total=2)
        try:
            async with self._session.get(f"http://127.0.0.1:{port}/health/ready", timeout=limit) as answer:
                is_ready = answer.status == 200
        except (aiohttp.ClientError, TimeoutError):
            is_ready = False
        (self._ready.add if is_ready else self._ready.discard)(port)


@asynccontextmanager
async def front(ports: Sequence[int]) -> AsyncIterator[Front]:
    """The front of these servers, as long as this context lasts."""
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=None)) as session:
        made = Front(session, ports)
        watching = asyncio.create_task(made.watch())
        try:
            yield made
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
