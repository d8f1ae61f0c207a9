"""Which screens a citizen can reach, and where Retour (Back) leads from each screen.

Back leads to the nearest dominator that is a visible screen: the screen that every first-time path to here passes
through. It is computed once per menu from the dominator tree, so the session stores no history. A screen reachable only
through this one (« Autre numéro ») leads here again and does not count, nor does one reachable only through another
screen that leads here (« Réessayer »).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import reduce

from state.menu.journeys import OUTCOMES_OF_A_LIST, Journeys
from state.menu.schema import ListScreen, LookUpScreen

Graph = Mapping[str, tuple[tuple[str, str], ...]]


def reachable(graph: Graph, start: str, without: str = "") -> set[str]:
    """Return every screen that can be reached from start without passing through `without`."""
    seen, ahead = {start} - {without}, [start] if start != without else []
    while ahead:
        for _, to in graph.get(ahead.pop(), ()):
            if to not in seen and to != without:
                seen.add(to)
                ahead.append(to)
    return seen


def offered(journeys: Journeys) -> set[str]:
    """Return every screen that a citizen can come to: from the first screen, by the word LANGUE, or when asked."""
    starts = (journeys.start, journeys.languages, *journeys.surveys.values())
    return set().union(*(reachable(journeys.graph, start) for start in starts))


def back_targets(journeys: Journeys) -> Mapping[str, frozenset[str]]:
    """Return, for each screen, the possible screens before it on a first path; Back is clear if there is one."""
    through, before = immediate_dominators(journeys.graph, journeys.start), _before(journeys)
    found = {}
    for name in journeys.screens:
        shown = _shown_before(name, before, journeys, set())
        ways = {way for way in shown if way in through and name not in _dominators_of(through, way)}
        found[name] = frozenset(way for way in ways if not ways & set(_dominators_of(through, way)) - {way})
    return found


def back_links(journeys: Journeys) -> Mapping[str, str]:
    """Return where Back leads from each visible screen: as written, else the screen before it, else the first one."""
    ways, found = back_targets(journeys), {}
    for name, screen in journeys.screens.items():
        if not isinstance(screen, LookUpScreen):
            written = journeys.leads_from(name, screen.back)
            found[name] = written or next(iter(ways[name]), journeys.start)
    return found


def immediate_dominators(graph: Graph, start: str) -> Mapping[str, str]:
    """Return the immediate dominator of each reachable screen: the last other screen on all paths from start.

    The dominator of start is start. Source: Cooper, Harvey, Kennedy, A Simple, Fast Dominance Algorithm, 2001.
    """
    order = _postorder(graph, start)
    rank = {name: place for place, name in enumerate(order)}
    into: dict[str, list[str]] = {name: [] for name in order}
    for name in order:
        for _, to in graph.get(name, ()):
            into[to].append(name)
    through, changed = {start: start}, True
    while changed:
        changed = False
        for name in reversed(order[:-1]):
            known = [way for way in into[name] if way in through]
            last = reduce(lambda one, other: _intersect(one, other, through, rank), known)
            changed |= through.get(name) != last
            through[name] = last
    return through


def _postorder(graph: Graph, start: str) -> list[str]:
    """Return the reachable screens in postorder, start last."""
    order, seen, walk = [], {start}, [(start, iter(graph.get(start, ())))]
    while walk:
        name, ways = walk[-1]
        ahead = next((to for _, to in ways if to not in seen), None)
        if ahead is None:
            order.append(name)
            walk.pop()
        else:
            seen.add(ahead)
            walk.append((ahead, iter(graph.get(ahead, ()))))
    return order


def _intersect(one: str, other: str, through: Mapping[str, str], rank: Mapping[str, int]) -> str:
    """Return the nearest common dominator of two screens."""
    while one != other:
        if rank[one] < rank[other]:
            one = through[one]
        else:
            other = through[other]
    return one


def _dominators_of(through: Mapping[str, str], name: str) -> Iterator[str]:
    """Yield a screen and all its dominators."""
    yield name
    while through[name] != name:
        name = through[name]
        yield name


def _before(journeys: Journeys) -> Mapping[str, list[tuple[str, str]]]:
    before: dict[str, list[tuple[str, str]]] = {}
    for name, ways in journeys.graph.items():
        for trigger, to in ways:
            before.setdefault(to, []).append((trigger, name))
    return before


def _shown_before(
    name: str, before: Mapping[str, list[tuple[str, str]]], journeys: Journeys, seen: set[str]
) -> set[str]:
    """Return the visible screens that lead here, directly or through look-ups and empty lists."""
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
