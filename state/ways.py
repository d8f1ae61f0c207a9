"""Ways through a menu: which screens a citizen can come to, and where Retour leads from each.

Retour leads to the screen shown before. Which one that is does not depend on the call: of the screens that lead here,
it is the one that a first passage comes by. A screen that can only be reached through this one (« Autre numéro ») leads
here again and does not count, nor one that can only be reached through another that leads here (« Réessayer »): in the
terms of graph theory, those that this screen, or the other, dominates.
"""

from __future__ import annotations

from collections.abc import Mapping

from state.journeys import OUTCOMES_OF_A_LIST, Journeys
from state.screens import ListScreen, LookUpScreen

Graph = Mapping[str, tuple[tuple[str, str], ...]]


def reachable(graph: Graph, start: str, without: str = "") -> set[str]:
    """Every screen that can be come to from start, never passing through `without`."""
    seen, ahead = {start} - {without}, [start] if start != without else []
    while ahead:
        for _, to in graph.get(ahead.pop(), ()):
            if to not in seen and to != without:
                seen.add(to)
                ahead.append(to)
    return seen


def ways_back(journeys: Journeys) -> Mapping[str, frozenset[str]]:
    """For each screen, the screens shown before it on a first passage: one where Retour needs no telling."""
    graph, before = journeys.graph, _before(journeys)
    found = {}
    for name in journeys.screens:
        ways = _shown_before(name, before, journeys, set()) & reachable(graph, journeys.start, without=name)
        for way in sorted(ways) if len(ways) > 1 else ():
            ways &= reachable(graph, journeys.start, without=way) | {way}
        found[name] = frozenset(ways)
    return found


def _before(journeys: Journeys) -> Mapping[str, list[tuple[str, str]]]:
    before: dict[str, list[tuple[str, str]]] = {}
    for name, ways in journeys.graph.items():
        for trigger, to in ways:
            before.setdefault(to, []).append((trigger, name))
    return before


def _shown_before(
    name: str, before: Mapping[str, list[tuple[str, str]]], journeys: Journeys, seen: set[str]
) -> set[str]:
    """The screens shown that lead here, looking through look-ups and lists that had nothing to show."""
    found: set[str] = set()
    for trigger, other in before.get(name, ()):
        unseen = isinstance(journeys.screens[other], LookUpScreen) or (
            isinstance(journeys.screens[other], ListScreen) and trigger in OUTCOMES_OF_A_LIST
        )
        if not unseen:
            found.add(other)
        elif other not in seen:
            seen.add(other)
            found |= _shown_before(other, before, journeys, seen)
    return found
