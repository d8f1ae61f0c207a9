"""The goals of a menu: the screens where a citizen has what a journey is for. To stop anywhere else is to give up.

Usage counters, the map and the statistics page all go by this one set.

| goal | example |
|---|---|
| an end | « Au revoir » |
| where a look-up leads that found something | the card of a service |
| a screen that asks nothing more in its journey, unless a look-up found nothing there | emergency numbers |
| what a choice of a goal leads to in its journey, if it asks nothing | where to go with the card |
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from state.menu.journeys import HOME
from state.menu.machine import destination
from state.menu.model import Menu, Screen

FAILED: Final = ("unknown", "late", "unavailable")  # outcomes of look-ups


def goals(menu: Menu) -> frozenset[str]:
    """Return the names of the goals."""
    asking = [screen for screen in menu.screens.values() if screen.question]
    failed = {name for screen in asking for name in _outcomes(menu, screen, FAILED)}
    found = {name for screen in asking if not screen.rows for name in _outcomes(menu, screen, ("found",))}
    reached = {name for name, one in menu.screens.items() if one.ends or name in found or _is_last(menu, one, failed)}
    waiting = list(reached)
    while waiting:
        screen = menu.screens[waiting.pop()]
        for name in _choices(menu, screen):
            if name not in reached and _journey(name) == _journey(screen.name) and not _asks(menu.screens[name]):
                reached.add(name)
                waiting.append(name)
    return frozenset(reached)


def _outcomes(menu: Menu, screen: Screen, outcomes: tuple[str, ...]) -> Iterator[str]:
    """Yield where a look-up or a list leads with these outcomes of its question."""
    events = menu.machine.events
    known = (one for one in outcomes if one in events and screen.name in events[one].transitions)
    yield from (destination(menu.machine, screen.name, one) for one in known)


def _is_last(menu: Menu, screen: Screen, failed: set[str]) -> bool:
    journey = _journey(screen.name)
    leads_on = any(_journey(name) == journey for name in _choices(menu, screen))
    return not (_asks(screen) or leads_on or journey == HOME or screen.name in failed)


def _asks(screen: Screen) -> bool:
    return bool(screen.question or screen.rows or screen.free_input)


def _choices(menu: Menu, screen: Screen) -> Iterator[str]:
    """Yield where the choices of a screen lead."""
    return (destination(menu.machine, screen.name, one.trigger) for one in screen.options)


def _journey(screen: str) -> str:
    return screen.partition(".")[0]
