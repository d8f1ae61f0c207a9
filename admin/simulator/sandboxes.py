"""The sandboxes of the simulator, each opened at its first use."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Final

from aiohttp import web

from admin.simulator.sandbox import Sandbox, SharedPorts
from database.migrations import migrate
from database.sqlite import SQLite
from settings import Settings
from state.menu.versions import MenuVersion

# Lines: the menus that citizens get, and those that somebody staged.
SERVICE, STAGED = "service", "preparee"
FILE: Final = "trial.sqlite"
Editions = Mapping[str, Callable[[], MenuVersion | None]]


class Sandboxes:
    """Sandboxes by name, as in addresses; editions gives the menus of each, None while there are none."""

    def __init__(self, settings: Settings, service: SharedPorts, editions: Editions) -> None:
        self._settings, self._service, self._editions = settings, service, editions
        self._database = SQLite(settings.data / FILE)
        self._lines: dict[str, Sandbox] = {}
        self._opening = asyncio.Lock()

    async def every(self) -> list[Sandbox]:
        """Return the sandboxes that can be used now."""
        found = [await self.line(name) for name in self._editions]
        return [line for line in found if line]

    async def line(self, name: str) -> Sandbox | None:
        """Return the sandbox of this name, on its present menus. Raises SourceUnavailable."""
        edition = self._editions[name]() if name in self._editions else None
        if edition is None:
            return None
        async with self._opening:
            if name not in self._lines:
                await migrate(self._database)
                self._lines[name] = Sandbox(name, edition, self._service, self._settings, self._database)
        line = self._lines[name]
        line.follow(edition)
        return line

    async def close(self) -> None:
        """Close all sandboxes and their database."""
        for line in self._lines.values():
            await line.close()
        await self._database.close()


@asynccontextmanager
async def open_sandboxes(settings: Settings, service: SharedPorts, editions: Editions) -> AsyncIterator[Sandboxes]:
    """Open the sandboxes for the duration of this context."""
    made = Sandboxes(settings, service, editions)
    try:
        yield made
    finally:
        await made.close()


SANDBOXES: Final = web.AppKey("trials", Sandboxes)
