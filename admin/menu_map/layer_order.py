"""Orders the nodes of each layer so that few lines cross: the second step of a layered drawing.

Layer by layer, down and up again, nodes move to the mean position of their neighbours (the barycentre heuristic), from
two first orders; in the best order found, adjacent nodes are swapped if that saves crossings. The same graph always
gives the same order, and nodes without neighbours stay. Source: Sugiyama, Tagawa and Toda 1981, "Methods for Visual
Understanding of Hierarchical System Structures".
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise, product
from operator import itemgetter
from typing import Final

MAX_SWEEPS: Final = 24
MAX_IDLE_SWEEPS: Final = 2  # without a better order, after which there is none to be expected
MAX_SWAPPED: Final = 4000  # places and lines of a graph in which neighbours are compared: that is what takes long
Rows = list[list[int]]


class LayeredGraph:
    """Nodes by number, in layers, and lines between nodes of adjacent layers."""

    def __init__(self, layers: Sequence[int], lines: Iterable[tuple[int, int]]) -> None:
        self.rows: Rows = [[] for _ in range(max(layers, default=-1) + 1)]
        for place, layer in enumerate(layers):
            self.rows[layer].append(place)
        self.above: Rows = [[] for _ in layers]
        self.below: Rows = [[] for _ in layers]
        for one, other in lines:
            upper, lower = (one, other) if layers[one] < layers[other] else (other, one)
            self.below[upper].append(lower)
            self.above[lower].append(upper)
        self.size = len(self.above) + sum(map(len, self.above))


def order_layers(graph: LayeredGraph) -> Rows:
    """Return the nodes of each layer from left to right."""
    fewest, rows = crossings(graph, graph.rows), graph.rows
    for begun, down_first in product((_walked(graph), graph.rows), (True, False)):
        if fewest:
            fewest, rows = min((fewest, rows), _swept_out(graph, begun, down_first=down_first), key=itemgetter(0))
    if fewest and graph.size <= MAX_SWAPPED:
        rows = [list(row) for row in rows]
        while _swap(graph, rows):
            pass
    return rows


def _swept_out(graph: LayeredGraph, rows: Rows, *, down_first: bool) -> tuple[int, Rows]:
    """Return the best order that sweeps find, and the number of its crossings."""
    best, fewest, idle = rows, crossings(graph, rows), 0
    for sweep in range(MAX_SWEEPS):
        if not fewest or idle == MAX_IDLE_SWEEPS:
            break
        rows = _swept(graph, rows, down=(sweep % 2 == 0) == down_first)
        found = crossings(graph, rows)
        idle = 0 if found < fewest else idle + 1
        if found < fewest:
            best, fewest = rows, found
    return fewest, best


def crossings(graph: LayeredGraph, rows: Rows) -> int:
    """Return the number of pairs of lines that cross."""
    return sum(_crossings_below(graph, upper, lower) for upper, lower in pairwise(rows))


def _walked(graph: LayeredGraph) -> Rows:
    """Return a first order by a depth-first walk from the top, so that connected nodes are close."""
    rows: Rows = [[] for _ in graph.rows]
    layer_of = {place: layer for layer, row in enumerate(graph.rows) for place in row}
    seen: set[int] = set()
    for first in (place for row in graph.rows for place in row):
        walk = [first]
        while walk:
            place = walk.pop()
            if place in seen:
                continue
            seen.add(place)
            rows[layer_of[place]].append(place)
            walk += [near for near in reversed(graph.below[place]) if near not in seen]
    return rows


def _swept(graph: LayeredGraph, rows: Rows, *, down: bool) -> Rows:
    """Return every layer sorted by the positions of its neighbours in the layer before it."""
    swept = [list(row) for row in rows]
    near, order = (graph.above, range(1, len(rows))) if down else (graph.below, range(len(rows) - 2, -1, -1))
    for layer in order:
        at = {place: index for index, place in enumerate(swept[layer - 1 if down else layer + 1])}
        swept[layer] = _sorted(swept[layer], near, at)
    return swept


def _sorted(row: Sequence[int], near: Rows, at: Mapping[int, int]) -> list[int]:
    """Return the nodes by the mean position of their neighbours; nodes without neighbours stay."""
    moved = iter(sorted((place for place in row if near[place]), key=lambda place: _middle(near[place], at)))
    return [next(moved) if near[place] else place for place in row]


def _middle(near: Sequence[int], at: Mapping[int, int]) -> float:
    return at[near[0]] if len(near) == 1 else sum(map(at.__getitem__, near)) / len(near)


def _swap(graph: LayeredGraph, rows: Rows) -> bool:
    """Swap adjacent nodes where that saves crossings, layer by layer; return whether any were swapped."""
    swapped = False
    for layer, row in enumerate(rows):
        around = [
            (near, {place: index for index, place in enumerate(rows[beside])})
            for near, beside in ((graph.above, layer - 1), (graph.below, layer + 1))
            if 0 <= beside < len(rows)
        ]
        seats = {place: [sorted(at[one] for one in near[place]) for near, at in around] for place in row}
        for index in range(len(row) - 1):
            left, right = row[index], row[index + 1]
            if _saved(seats[left], seats[right]) > 0:
                row[index], row[index + 1] = right, left
                swapped = True
    return swapped


def _saved(left: list[list[int]], right: list[list[int]]) -> int:
    """Return how many crossings a swap of these two nodes saves."""
    return sum(_crossed(one, other) - _crossed(other, one) for one, other in zip(left, right, strict=True))


def _crossed(left: list[int], right: list[int]) -> int:
    """Return how many lines of two adjacent nodes cross; arguments are sorted positions of their neighbours."""
    many = less = 0
    for seat in left:
        while less < len(right) and right[less] < seat:
            less += 1
        many += less
    return many


def _crossings_below(graph: LayeredGraph, upper: Sequence[int], lower: Sequence[int]) -> int:
    """Return how many pairs of lines between two layers cross."""
    at = {place: index for index, place in enumerate(lower)}
    passed: list[int] = []  # the seats where the lines of the places further left end, rising
    many = 0
    for place in upper:
        seats = [at[one] for one in graph.below[place]]
        if passed:
            many += sum(len(passed) - bisect_right(passed, seat) for seat in seats)
        for seat in seats:
            insort(passed, seat)
    return many
