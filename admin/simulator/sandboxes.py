"""The sandboxes of the simulator, each opened at its first use."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Final

from aiohttp import web

from accounts.scope import EVERYTHING, Scope
from admin.simulator.operator_ports import SharedPorts
from admin.simulator.sandbox import Sandbox
from admin.simulator.tried_menus import DRAFT, Lines, Staged, TriedMenus
from database.migrations import migrate
from database.sqlite import SQLite
from settings import Settings
from sources.registry import entry_sources
from state.interfaces import Source

FILE: Final = "trial.sqlite"
MAX_VERSIONS: Final = 4  # sandboxes of versions that somebody tries by their names, and of drafts of ministries


class Sandboxes:
    """Sandboxes by name, as in addresses; lines gives the menus of each, None while there are none.

    Any staged version has one too, by the name of the version, and the draft one for each ministry that tries it.
    """

    def __init__(self, settings: Settings, service: SharedPorts, lines: Lines, staged: Staged) -> None:
        self._settings, self._service, self._menus, self._staged = settings, service, lines, staged
        self._database = SQLite(settings.data / FILE)
        self._lines: dict[str, Sandbox] = {}
        self._opening = asyncio.Lock()

    async def line(self, name: str, scope: Scope = EVERYTHING) -> Sandbox | None:
        """Return the sandbox of this name, on its present menus; of the draft, on the changes of this scope.

        Raises SourceUnavailable.
        """
        tried = await (self._menus[name](scope) if name in self._menus else self._staged(name))
        if tried is None:
            return None
        name = f"{name}-{scope.ministry}" if scope.is_bound and name == DRAFT else name
        async with self._opening:
            await self._make_room(name)
            if name not in self._lines:
                await migrate(self._database)
                self._lines[name] = Sandbox(name, tried.edition, self._service, self._settings, self._database)
            line = self._lines[name]
            await self._follow(line, tried)
        return line

    async def _make_room(self, name: str) -> None:
        """Close the oldest sandbox of a version, if there are too many for one more."""
        versions = [one for one in self._lines if one not in self._menus]
        if name not in {*self._lines, *self._menus} and len(versions) >= MAX_VERSIONS:
            await self._lines.pop(versions[0]).close()

    async def _follow(self, line: Sandbox, tried: TriedMenus) -> None:
        if line.follows(tried.edition):
            return
        above: Mapping[str, Source] = {}
        if tried.entries:
            above = await asyncio.to_thread(entry_sources, tried.entries, tried.edition.wordings)
        line.follow(tried.edition, above)

    async def close(self) -> None:
        """Close all sandboxes and their database."""
        for line in self._lines.values():
            await line.close()
        await self._database.close()


@asynccontextmanager
async def open_sandboxes(
    settings: Settings, service: SharedPorts, lines: Lines, staged: Staged
) -> AsyncIterator[Sandboxes]:
    """Open the sandboxes for the duration of this context."""
    made = Sandboxes(settings, service, lines, staged)
    try:
        yield made
    finally:
        await made.close()


SANDBOXES: Final = web.AppKey("trials", Sandboxes)
