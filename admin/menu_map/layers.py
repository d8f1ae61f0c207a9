"""Assigns each box of a chart to a layer: below its predecessors, and with a limited number of boxes per layer."""

from __future__ import annotations

from typing import Final

from admin.menu_map.graph import Chart

MAX_BOXES_PER_LAYER: Final = 6  # boxes beside one another


def assign_layers(chart: Chart) -> dict[str, int]:
    """Return the layer of each box, below the boxes that lead to it; arrows that close a cycle are ignored."""
    ahead: dict[str, list[str]] = {box.name: [] for box in chart.boxes}
    for arrow in chart.arrows:
        ahead[arrow.start].append(arrow.end)
    order: list[str] = []
    for box in chart.boxes:
        _visit(box.name, ahead, order)
    order.reverse()
    rank = {name: place for place, name in enumerate(order)}
    layers, abreast = dict.fromkeys(order, 0), dict[int, int]()
    for name in order:
        while abreast.get(layers[name], 0) >= MAX_BOXES_PER_LAYER:
            layers[name] += 1
        abreast[layers[name]] = abreast.get(layers[name], 0) + 1
        for end in ahead[name]:
            if rank[end] > rank[name]:
                layers[end] = max(layers[end], layers[name] + 1)
    return layers


def _visit(name: str, ahead: dict[str, list[str]], order: list[str]) -> None:
    """Append the boxes reachable from here, deepest first: a depth-first walk without recursion."""
    if name in order:
        return
    seen, walk = {name, *order}, [(name, iter(ahead[name]))]
    while walk:
        ways = walk[-1][1]
        end = next((end for end in ways if end not in seen), None)
        if end is None:
            order.append(walk.pop()[0])
        else:
            seen.add(end)
            walk.append((end, iter(ahead[end])))
