"""A journey with other texts, compiled without the rest of the menus: what a page shows while somebody writes."""

from __future__ import annotations

from dataclasses import replace

from state.menu.compiler import recompile_screens
from state.menu.journeys import Journey, moves
from state.menu.schema import ScreenFile, choices_of
from state.menu.versions import MenuVersion


def with_changed_texts(edition: MenuVersion, journey: Journey) -> MenuVersion | None:
    """Return an edition in which the screens of this journey have its texts, in milliseconds.

    None if more than texts changed: a screen, where it leads, or what opens the journey. Then all must be compiled.
    """
    before = edition.journeys.files.get(journey.name)
    if before is None or journey.document.problems or _frame(journey) != _frame(before):
        return None
    changed = [f"{journey.name}.{name}" for name, screen in journey.screens.items() if screen != before.screens[name]]
    journeys = replace(edition.journeys, files={**edition.journeys.files, journey.name: journey})
    menus = {
        code: recompile_screens(menu, journeys, edition.questions, changed) for code, menu in edition.menus.items()
    }
    return replace(edition, journeys=journeys, menus=menus)


def _frame(journey: Journey) -> object:
    """Return what a journey is without the texts of its screens."""
    head = (
        journey.title,
        journey.shortcut,
        journey.words,
        journey.beside,
        journey.alone,
        journey.survey,
        journey.first,
    )
    return head, journey.senses, {name: _leads(screen) for name, screen in journey.screens.items()}


def _leads(screen: ScreenFile) -> object:
    """Return the kind of a screen and where it leads."""
    asked = [(choice.send, choice.notify) for choice in choices_of(screen)]
    return type(screen), [(move.trigger, move.to) for move in moves(screen)], asked
