"""Rules for transitions: targets exist, every screen can be reached, and Retour (Back) is clear."""

from __future__ import annotations

from collections.abc import Iterator

from state.errors import Problem
from state.menu.back_links import back_targets, offered, reachable
from state.menu.journeys import OUTCOMES_OF_A_LIST, Journeys, moves
from state.menu.lint.rule import Questions, at, iter_screens
from state.menu.schema import NOT_OFFERED, UNAVAILABLE, EndScreen, ListScreen, LookUpScreen
from state.yaml_files.loader import did_you_mean


def leads_nowhere(journeys: Journeys, _: Questions) -> Iterator[Problem]:
    """Every transition leads to an existing screen."""
    for journey in journeys.files.values():
        if journey.first and journey.first not in {*journey.screens, *journey.unread}:
            what = f"« first » : il n'y a pas d'écran « {journey.first} »"
            yield journey.problem(("first",), what + did_you_mean(journey.first, journey.screens))
    every = {name: set(journeys.known(name)) for name in journeys.files}
    for journey, name, screen in iter_screens(journeys):
        known = every[journey.name]
        ways = [(move.to, move.where) for move in moves(screen) if move.to != UNAVAILABLE]
        back = getattr(screen, "back", None)
        for to, where in [*ways, *([(back, ("back",))] if back else [])]:
            if to not in known:
                yield at(journey, name, *where)(f"il n'y a pas d'écran « {to} »{did_you_mean(to, known)}")


def never_shown(journeys: Journeys, _: Questions) -> Iterator[Problem]:
    """Every journey and every screen can be reached, from the first screen or otherwise, or is sent."""
    if not journeys.start:
        return
    seen = offered(journeys) | journeys.sent | {UNAVAILABLE, NOT_OFFERED}
    for journey in journeys.files.values():
        if journey.first not in journey.screens:  # reported already
            continue
        lost = [name for name in journey.screens if f"{journey.name}.{name}" not in seen]
        if len(lost) == len(journey.screens):
            yield journey.problem(("title",), "rien ne mène à ce parcours ; ajoutez un choix à home.yaml")
        elif not journey.unread:
            for name in lost:
                yield at(journey, name)("aucun choix ne mène à cet écran ; ajoutez-en un ou supprimez l'écran")


def retour_unclear(journeys: Journeys, _: Questions) -> Iterator[Problem]:
    """It is clear from every screen where 0 leads."""
    if not journeys.start:
        return
    for name, ways in back_targets(journeys).items():
        journey, short = name.split(".")
        screen = journeys.screens[name]
        closes = isinstance(screen, EndScreen)  # it accepts no input
        if len(ways) > 1 and name != UNAVAILABLE and not closes and getattr(screen, "back", "") is None:
            several = ", ".join(way.removeprefix(f"{journey}.") for way in sorted(ways))
            what = f"plusieurs écrans mènent ici ({several}) ; dites où mène 0 Retour avec « back: »"
            yield at(journeys.files[journey], short)(what)


def asks_for_ever(journeys: Journeys, _: Questions) -> Iterator[Problem]:
    """A chain of look-ups ends at a visible screen."""
    silent = {
        name: tuple((trigger, to) for trigger, to in ways if not isinstance(journeys.screens[name], ListScreen)
                    or trigger in OUTCOMES_OF_A_LIST)
        for name, ways in journeys.graph.items() if isinstance(journeys.screens[name], LookUpScreen | ListScreen)
    }  # fmt: skip
    for name, ways in silent.items():
        if any(name in reachable(silent, to) for _, to in ways):
            journey, short = name.split(".")
            yield at(journeys.files[journey], short)("cette recherche peut tourner en rond sans rien montrer")
