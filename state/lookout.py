"""Word of what was saved: whoever looks at the menus learns that they changed, or what is to mend before they can."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from state.errors import Problem


class Lookout:
    """What is known of the menu files. turn goes up with each look at them; problems are those of the last look."""

    def __init__(self) -> None:
        self.turn = 0
        self.problems: tuple[Problem, ...] = ()
        self._changed = asyncio.Event()

    def tell(self, problems: Sequence[Problem] = ()) -> None:
        """The files were looked at; with problems nothing was taken up."""
        self.problems, self.turn = tuple(problems), self.turn + 1
        self._changed.set()
        self._changed = asyncio.Event()

    async def after(self, turn: int) -> None:
        """Wait until there was a look after this one."""
        while self.turn <= turn:
            await self._changed.wait()
