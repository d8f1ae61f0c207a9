"""Announces each check of the menu files, with its problems, to those who wait for one."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from state.errors import Problem


class MenuChangeFeed:
    """State of the menu files. revision counts the checks of the files; problems are those of the last check.

    translation_problems are problems of translations in the last check: they block their language only. A saved folder
    that was activated is served until the publication after folder_replaces, the number of the newest one by then.
    """

    def __init__(self, translation_problems: Sequence[Problem] = ()) -> None:
        self.revision = 0
        self.folder_replaces = 0
        self.problems: tuple[Problem, ...] = ()
        self.translation_problems = tuple(translation_problems)
        self._changed = asyncio.Event()

    def announce(self, problems: Sequence[Problem] = (), translation_problems: Sequence[Problem] = ()) -> None:
        """Announce a check of the files; with problems, nothing was activated."""
        self.problems, self.translation_problems = tuple(problems), tuple(translation_problems)
        self.revision += 1
        self._changed.set()
        self._changed = asyncio.Event()

    async def after(self, turn: int) -> None:
        """Wait for a check after this one."""
        while self.revision <= turn:
            await self._changed.wait()
