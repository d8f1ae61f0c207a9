"""Two real PostgreSQL servers for the tests: a primary, and a standby that follows it by streaming replication.

Each listens on a port of loopback. A test may kill or stop the primary and promote the standby, as often as it likes:
a server that comes back follows the new primary. Nothing is lost, because a commit waits for the standby.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]  # the package carries no types

from bench.processes import free_port
from tests.support.patience import PATIENCE
from tests.support.postgresql import Server

SYNCHRONOUS = ("ALTER SYSTEM SET synchronous_standby_names = '*'", "SELECT pg_reload_conf()")
ALONE = ("ALTER SYSTEM RESET synchronous_standby_names", "SELECT pg_reload_conf()")


class Pair:
    """A primary and its standby; `primary` and `standby` change places when the standby is promoted."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        self.primary = Server(programs, free_port())
        self.standby: Server | None = None
        self.ports = [self.primary.port or 0, free_port()]

    def url(self, name: str, query: str = "target_session_attrs=read-write") -> str:
        """The address of a database with both hosts, always in the same order."""
        hosts = ",".join(f"127.0.0.1:{port}" for port in self.ports)
        return f"postgresql://zin@{hosts}/{name}?{query}"

    async def follow(self) -> None:
        """Start a standby at the free port, from a fresh copy, and let commits wait for it from now on."""
        (port,) = (port for port in self.ports if port != self.primary.port)
        self.standby = await asyncio.to_thread(Server, self._programs, port, self.primary)
        await self._say(*SYNCHRONOUS)
        until = time.monotonic() + PATIENCE
        while await self._say("SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'") != 1:
            assert time.monotonic() < until, "the standby does not follow"
            await asyncio.sleep(0.05)

    async def has_database(self, name: str) -> bool:
        return await self._say(f"SELECT 1 FROM pg_database WHERE datname = '{name}'") == 1

    async def switch_over(self) -> Server:
        """Stop the primary in order, and promote the standby. Returns the old primary, stopped."""
        return await self._change(self.primary.stop)

    async def fail_over(self) -> Server:
        """Kill the primary, and promote the standby. Returns the old primary, dead."""
        return await self._change(self.primary.kill)

    async def isolate(self) -> Server:
        """Let the primary fall silent with its connections open, and promote the standby. Returns the silent one."""
        await self.primary.freeze()
        return await self._change(lambda: None)

    def remove(self) -> None:
        for server in filter(None, (self.primary, self.standby)):
            server.remove()

    async def _change(self, end: Callable[[], None]) -> Server:
        assert self.standby, "nobody follows"
        await asyncio.to_thread(end)
        await asyncio.to_thread(self.standby.promote)
        old, self.primary, self.standby = self.primary, self.standby, None
        await self._say(*ALONE)
        return old

    async def _say(self, *commands: str) -> object:
        """Run commands on the primary. Returns the value that the last one gives."""
        connection = await asyncpg.connect(self.primary.url("postgres"))
        try:
            return [await connection.fetchval(command) for command in commands][-1]
        finally:
            await connection.close()
