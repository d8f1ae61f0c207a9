"""The proxies with the files of deploy/ in front of the servers of a drill, one of each kind that is installed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import aiohttp

from tests.drill.front import GATEWAY_SECONDS, NO_ANSWER
from tests.support.front_proxies import KINDS, found_program, proxied


class ProxyFront:
    """Sends requests to a proxy, as a gateway does: none a second time by itself."""

    def __init__(self, session: aiohttp.ClientSession, port: int) -> None:
        self._session, self._port = session, port

    async def post(self, path: str, body: bytes | Mapping[str, str], headers: Mapping[str, str]) -> str:
        """Return the answer, or NO_ANSWER if none of success comes in time."""
        address = f"https://127.0.0.1:{self._port}{path}"
        try:
            async with (
                asyncio.timeout(GATEWAY_SECONDS),
                self._session.post(address, data=body, headers=headers) as answer,
            ):
                return f"{await answer.text()}\n" if answer.status == 200 else NO_ANSWER
        except (aiohttp.ClientError, TimeoutError):
            return NO_ANSWER


@asynccontextmanager
async def proxy_fronts(folder: Path, ports: Sequence[int]) -> AsyncIterator[dict[str, ProxyFront]]:
    """The proxies of these servers by their kind, as long as this context lasts."""
    fronts: dict[str, ProxyFront] = {}
    async with AsyncExitStack() as stack:
        connector = aiohttp.TCPConnector(limit=0, ssl=False)
        limits = aiohttp.ClientTimeout(total=None)
        session = await stack.enter_async_context(aiohttp.ClientSession(connector=connector, timeout=limits))
        for kind in KINDS:
            if found_program(kind) is None:
                print(f"{kind} is not installed: left out")
                continue
            (folder / kind).mkdir()
            proxy = stack.enter_context(proxied(kind, folder / kind, ports))
            fronts[kind] = ProxyFront(session, proxy.port)
        yield fronts
