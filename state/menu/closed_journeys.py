"""Journeys that have nothing to look up in: no option leads there, and a number dialled anyway says so.

questions without data -> the journeys that look them up -> options left out, screens closed
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from state.menu.machine import destination
from state.menu.model import Menu, Screen
from state.menu.options import without_options


def empty_journeys(menu: Menu, empty: Collection[str]) -> frozenset[str]:
    """Return the journeys that look up one of these questions; a list of options alone closes none."""
    return frozenset(
        screen.name.partition(".")[0]
        for screen in menu.screens.values()
        if screen.question and not screen.rows and screen.question.name in empty
    )


def close_journeys(menu: Menu, empty: Collection[str]) -> Menu:
    """Return the menu without the options that lead to a journey with one of these questions."""
    journeys = empty_journeys(menu, empty)
    closed = frozenset(name for name in menu.screens if name.partition(".")[0] in journeys)
    return replace(menu, screens=without_targets(menu, closed), closed=closed)


def without_targets(menu: Menu, targets: Collection[str]) -> Mapping[str, Screen]:
    """Return the screens of a menu without the options that lead to these screens from elsewhere."""
    return {
        name: screen
        if name in targets
        else without_options(
            screen,
            [one.trigger for one in screen.options if destination(menu.machine, name, one.trigger) in targets],
            is_first=name == menu.first,
        )
        for name, screen in menu.screens.items()
    }
