"""Computes positions of boxes, labels and arrows, so that nothing overlaps.

Layers go down the page. An arrow that leads up is laid out as if it led down; each arrow is a chain of nodes, one per
layer, with its label on one of them. layer_order.py orders the nodes of each layer with few crossings; their distances
are computed here, because a box, a label and a passing line have very different widths.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from admin.menu_map.edges import DrawnArrow, Point, height_of, label_of, width_of
from admin.menu_map.graph import Arrow, Chart
from admin.menu_map.layer_order import LayeredGraph, order_layers
from admin.menu_map.layers import assign_layers

BOX: Final = (196, 82)  # width and height of a box
LINE: Final = 10  # room for a line that passes by
GAP: Final = 16  # between two things side by side
DROP: Final = 34  # between two layers
EDGE: Final = 14  # around the drawing
SWEEPS: Final = 12
STRAIGHT: Final = 8.0  # how much more a line wants to be straight than a box wants to stand between its neighbours


@dataclass(frozen=True, slots=True)
class Layout:
    """The size of the drawing, the center of each box by name, and the arrows."""

    width: float
    height: float
    boxes: dict[str, Point]
    arrows: tuple[DrawnArrow, ...]


@dataclass(slots=True, eq=False)
class _Place:
    """A node in a layer: a box, a label, or a passing line."""

    layer: int
    width: float
    height: float
    x: float = 0.0
    y: float = 0.0
    tall: float = 0.0  # the height of its layer: a line crosses that upright, so that it meets nothing there
    near: list[tuple[_Place, float]] = field(default_factory=list, repr=False)  # neighbours, and how much each pulls


@dataclass(frozen=True, slots=True, eq=False)
class _Chain:
    """The nodes of an arrow from the upper box to the lower one; turned if the arrow leads up."""

    arrow: Arrow
    places: tuple[_Place, ...]
    says: tuple[str, ...]
    label: _Place
    turned: bool


def compute_layout(chart: Chart) -> Layout:
    """Return all positions. Takes milliseconds for a journey; the result depends only on the chart."""
    layers = assign_layers(chart)
    boxes = {name: _Place(2 * layer, *BOX) for name, layer in layers.items()}
    chains = [_chain(arrow, boxes) for arrow in chart.arrows]
    every = dict.fromkeys((*boxes.values(), *(place for chain in chains for place in chain.places)))
    rows = _rows(list(every), chains)
    for sweep in range(SWEEPS):
        for row in rows if sweep % 2 else reversed(rows):
            _settle(row)
    _put_down(rows)
    return _drawn(boxes, chains, rows)


def _chain(arrow: Arrow, boxes: dict[str, _Place]) -> _Chain:
    start, end = boxes[arrow.start], boxes[arrow.end]
    upper, lower = (end, start) if start.layer > end.layer else (start, end)
    says = label_of(arrow)
    label = _Place(max(lower.layer - 1, upper.layer + 1), width_of(says), height_of(says))
    passing = [_Place(layer, LINE, 0) for layer in range(upper.layer + 1, label.layer)]
    places = (upper, *passing, label, *([] if lower is upper else [lower]))
    for one, other in pairwise(places):
        pull = STRAIGHT if one.width == other.width == LINE else 1.0
        one.near.append((other, pull))
        other.near.append((one, pull))
    return _Chain(arrow, places, says, label, upper is end and upper is not start)


def _rows(every: Sequence[_Place], chains: Sequence[_Chain]) -> list[list[_Place]]:
    """Return the nodes of each layer from left to right, packed around a common center."""
    number = {place: at for at, place in enumerate(every)}
    lines = [(number[one], number[other]) for chain in chains for one, other in pairwise(chain.places)]
    graph = LayeredGraph([place.layer for place in every], lines)
    rows = [[every[at] for at in row] for row in order_layers(graph)]
    for row in rows:
        x = -sum(place.width + GAP for place in row) / 2
        for place in row:
            place.x = x + place.width / 2
            x += place.width + GAP
    return rows


def _settle(row: list[_Place]) -> None:
    """Move the nodes of a layer towards their neighbours, as far as their widths allow."""
    if not row:
        return
    apart = [0.0]
    for left, right in pairwise(row):
        apart.append(apart[-1] + (left.width + right.width) / 2 + GAP)
    wanted = [_wanted(place) - away for place, away in zip(row, apart, strict=True)]
    for place, x, away in zip(row, _rising(wanted), apart, strict=True):
        place.x = x + away


def _wanted(place: _Place) -> float:
    pulls = sum(pull for _, pull in place.near)
    return sum(other.x * pull for other, pull in place.near) / pulls if pulls else place.x


def _rising(wanted: Sequence[float]) -> list[float]:
    """Return the closest numbers that never decrease: decreasing runs are replaced by their mean (pool adjacent
    violators).
    """
    pools: list[tuple[float, int]] = []
    for want in wanted:
        mean, many = want, 1
        while pools and pools[-1][0] > mean:
            before, more = pools.pop()
            mean, many = (mean * many + before * more) / (many + more), many + more
        pools.append((mean, many))
    return [mean for mean, many in pools for _ in range(many)]


def _put_down(rows: Sequence[Sequence[_Place]]) -> None:
    """Set the vertical position of every node, and shift the drawing to its left edge."""
    left = min((place.x - place.width / 2 for row in rows for place in row), default=0.0) - EDGE
    y = float(EDGE)
    for row in rows:
        height = max((place.height for place in row), default=0.0)
        for place in row:
            place.x, place.y, place.tall = place.x - left, y + height / 2, height
        y += height + DROP


def _drawn(boxes: dict[str, _Place], chains: Sequence[_Chain], rows: Sequence[Sequence[_Place]]) -> Layout:
    every, ports = [place for row in rows for place in row], _ports(chains)
    return Layout(
        width=max((place.x + place.width / 2 for place in every), default=0.0) + EDGE,
        height=max((place.y + place.height / 2 for place in every), default=0.0) + EDGE,
        boxes={name: (place.x, place.y) for name, place in boxes.items()},
        arrows=tuple(_arrow(chain, ports) for chain in chains),
    )


def _arrow(chain: _Chain, ports: Mapping[tuple[_Chain, int], float]) -> DrawnArrow:
    """Return the line of an arrow, between the lower side of the upper box and the upper side of the lower box."""
    upper, lower = chain.places[0], chain.places[-1]
    points = [
        (place.x, y) for place in chain.places[1:-1] for y in (place.y - place.tall / 2, place.y + place.tall / 2)
    ]
    points.insert(0, (ports[chain, 0], upper.y + BOX[1] / 2))
    if lower is chain.label:  # to itself
        points += [(lower.x, lower.y), (points[0][0] + LINE, points[0][1])]
    else:
        points.append((ports[chain, -1], lower.y - BOX[1] / 2))
    if chain.turned:
        points.reverse()
    return DrawnArrow(chain.arrow, tuple(points), chain.says, (chain.label.x, chain.label.y))


def _ports(chains: Sequence[_Chain]) -> dict[tuple[_Chain, int], float]:
    """Return the x position where each line starts (0) and ends (-1) on its box: side by side, in order."""
    sides: dict[tuple[_Place, int], list[_Chain]] = {}
    for chain in chains:
        for end in (0, -1):
            sides.setdefault((chain.places[end], end), []).append(chain)
    ports: dict[tuple[_Chain, int], float] = {}
    for (box, end), here in sides.items():
        beside, room = 1 if end == 0 else -2, BOX[0] * 0.8
        here.sort(key=lambda one: one.places[beside].x)
        for index, chain in enumerate(here):
            ports[chain, end] = box.x - room / 2 + room * (index + 0.5) / len(here)
    return ports
