"""The menu that new sessions get, and the versions that open sessions still need.

Files are read, checked and compiled aside; only a menu without a problem takes the place of the one that runs. An open
session stays on the version it began on, which is kept until no session can need it any more.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from state.errors import MenuBroken
from state.journeys import read_journeys
from state.lint import lint
from state.lint.written import Questions
from state.menu import Menu, compile_menu

MOST_KEPT = 20  # versions; an operator who saves more often within one session's life moves the oldest sessions


def load_menu(folder: Path, questions: Questions) -> Menu:
    """The menu of a folder. Raises MenuBroken with everything that is to mend."""
    journeys = read_journeys(folder)
    if problems := lint(journeys, questions):
        raise MenuBroken(problems)
    return compile_menu(journeys, questions)


class Menus:
    """The current menu, and those replaced less than `needed_for` seconds ago."""

    def __init__(self, menu: Menu, needed_for: float, clock: Callable[[], float]) -> None:
        self.current = menu
        self._needed_for, self._clock = needed_for, clock
        self._replaced: dict[str, tuple[Menu, float]] = {}

    def of(self, version: str) -> Menu | None:
        """The menu of this version, None when it is gone."""
        if version == self.current.version:
            return self.current
        menu, _ = self._replaced.get(version, (None, 0.0))
        return menu

    def replace(self, menu: Menu) -> None:
        """New sessions get this menu from now on."""
        now = self._clock()
        kept = {**self._replaced, self.current.version: (self.current, now)}
        kept.pop(menu.version, None)
        recent = [(version, old) for version, old in kept.items() if now - old[1] < self._needed_for]
        self._replaced = dict(recent[-MOST_KEPT:])
        self.current = menu
