"""Watches saved files and published versions, and reloads the menus; the latest change is served.

A file of the menus or languages that is saved is activated in a demonstration; in production it is only checked, and
problems are reported until a publication comes. Invalid menus are reported in the log and on the admin site; the
running version stays active. A problem of translations holds back their language only (runtime/active_menus.py).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import partial
from itertools import pairwise
from typing import Final, NoReturn

import structlog
from watchfiles import awatch

from authoring.versions.cache import CompiledMenus, CompiledVersionCache
from authoring.versions.errors import MenusRefused
from authoring.versions.languages import flat
from authoring.versions.repository import Publication
from channels.workers.polling import poll_forever
from channels.workers.supervision import supervise
from runtime.active_menus import MenuActivator
from settings import Settings
from state.errors import InvalidMenu, Problem, SourceUnavailable
from state.menu.change_feed import MenuChangeFeed
from state.session import MAX_SESSION_SECONDS

RECENT_PUBLICATIONS: Final = 4  # publications whose open sessions a process that begins takes over
POLL_SECONDS: Final = 0.3  # seconds between two looks for a publication, without a signal of changes
LONGEST_POLL_SECONDS: Final = 5.0  # with one
log = structlog.get_logger("zin")


class MenuReloader:
    """Reloads menus in one process."""

    def __init__(
        self, settings: Settings, compiled: CompiledVersionCache, taking: MenuActivator, lookout: MenuChangeFeed
    ) -> None:
        self._settings, self._compiled, self._taking, self._lookout = settings, compiled, taking, lookout
        self._reloads = settings.reloads_saved_menus
        self._number, self._version, self._turn = 0, "", -1
        self._one = asyncio.Lock()  # acts are taken up one by one, in the order in which they were seen
        self._begun, self._changed = asyncio.Event(), asyncio.Event()

    async def start(self, serves: Publication | None) -> asyncio.Task[None]:
        """Start watching, from the publication `serves` or from the menu folder if None; return the running task.

        No change after this call is missed.
        """
        running = asyncio.create_task(self._run(serves))
        await self._begun.wait()
        await self._preload(self._remember())
        return running

    async def _run(self, serves: Publication | None) -> None:
        if serves:
            self._number, self._version = serves.number, "" if self._reloads else serves.version
            self._lookout.folder_replaces = serves.number
        workers: dict[str, Callable[[], Awaitable[object]]] = {
            "menu_publications": self._publications_forever,
            "menus_ahead": self._ahead,
        }
        if self._reloads or self._settings.menus.is_dir():  # else all versions are brought from elsewhere
            workers["menus"] = self._files
        else:
            self._begun.set()
        await asyncio.gather(*(supervise(name, run) for name, run in workers.items()))

    async def _files(self) -> None:
        asyncio.get_running_loop().call_soon(self._begun.set)  # awatch misses nothing once it took its first step
        async for _ in awatch(self._settings.menus, self._settings.locales):
            async with self._one:
                self._version = "" if self._reloads else self._version
                await self._saved(self._folder() if self._reloads else self._read())

    async def _saved(self, taking_up: Awaitable[CompiledMenus]) -> None:
        try:
            await self._apply(taking_up)
        except SourceUnavailable as down:
            log.error("not all of it taken up", why=str(down))

    async def _apply(self, taking_up: Awaitable[CompiledMenus]) -> None:
        """Activate or check menus; report the problems to the log and to the admin site."""
        problems, translation_problems = tuple[Problem, ...](), tuple[Problem, ...]()
        try:
            translation_problems = flat((await taking_up).translation_problems)
        except InvalidMenu as broken:
            problems = broken.problems
        except MenusRefused as refused:
            problems = (Problem(self._version, 1, 1, str(refused)),)
        for problem in problems:
            log.error("menu not taken up", problem=str(problem))
        for problem in translation_problems:
            log.error("translations not taken up", problem=str(problem))
        self._lookout.announce(problems, translation_problems)

    async def _publications_forever(self) -> NoReturn:
        rest = partial(self._compiled.repository.watch().wait, POLL_SECONDS, LONGEST_POLL_SECONDS)
        await poll_forever(self._publications, POLL_SECONDS, "publications of menus", rest)

    async def _publications(self) -> int:
        """Look for a new publication. Always returns 0: the next look waits for a change."""
        turn = await self._compiled.repository.revision()
        if turn != self._turn:
            async with self._one:
                last = await self._compiled.repository.current()
                if last and last.number > self._number:
                    self._version = last.version
                    await self._apply(self._published(last.version))
                    self._number = last.number
            self._turn = turn
            self._changed.set()
        return 0

    async def _ahead(self) -> NoReturn:
        """Compile staged versions in advance, so that publishing them is only a switch."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            await self._preload(self._compiled.preload())

    async def _remember(self) -> None:
        """Retain recent publications for sessions that began before this process."""
        last = await self._compiled.repository.history(RECENT_PUBLICATIONS)
        for newer, one in pairwise(last):
            if time.time() - newer.at < MAX_SESSION_SECONDS:
                self._taking.menus.retain((await self._compiled.get(one.version)).edition)

    @staticmethod
    async def _preload(reading: Awaitable[None]) -> None:
        """Compile versions in advance; errors are only logged, because a later request for the version raises them
        again.
        """
        try:
            await reading
        except (InvalidMenu, MenusRefused, SourceUnavailable) as wrong:
            log.warning("versions of the menus not read ahead", why=str(wrong))

    async def _read(self) -> CompiledMenus:
        return await asyncio.to_thread(self._compiled.check, self._settings.menus)

    async def _folder(self) -> CompiledMenus:
        found = await self._read()
        self._taking.activate(found)
        self._lookout.folder_replaces = self._number
        log.info("menu taken up", version=found.edition.version)
        return found

    async def _published(self, version: str) -> CompiledMenus:
        found = await self._compiled.get(version)
        self._taking.activate(found)
        log.info("menu taken up", version=found.edition.version, published=version)
        return found
