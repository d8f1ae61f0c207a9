"""The places of each layer stand so that few lines cross, and where none needs to, none does."""

from __future__ import annotations

import random
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin.menu_map.layer_order import LayeredGraph, Rows, crossings, order_layers

Lines = list[tuple[int, int]]


@st.composite
def graphs(draw: st.DrawFn) -> tuple[list[int], Lines]:
    """The layer of each place, and lines between layers that follow one another."""
    sizes = draw(st.lists(st.integers(1, 6), min_size=1, max_size=5))
    layers = [layer for layer, size in enumerate(sizes) for _ in range(size)]
    possible = [(one, other) for one, other in combinations(range(len(layers)), 2) if layers[other] - layers[one] == 1]
    return layers, draw(st.lists(st.sampled_from(possible), max_size=20)) if possible else []


def counted(rows: Rows, lines: Lines) -> int:
    """Crossings, one pair of lines after the other."""
    at = {place: (layer, index) for layer, row in enumerate(rows) for index, place in enumerate(row)}
    drawn = [(at[one], at[other]) for one, other in lines]
    return sum(a[0] == c[0] and (a[1] - c[1]) * (b[1] - d[1]) < 0 for (a, b), (c, d) in combinations(drawn, 2))


@given(graphs())
def test_crossings_equal_a_pairwise_count(drawing: tuple[list[int], Lines]) -> None:
    graph = LayeredGraph(*drawing)
    assert crossings(graph, graph.rows) == counted(graph.rows, drawing[1])


@given(graphs())
def test_ordering_is_stable_and_never_adds_crossings(
    drawing: tuple[list[int], Lines],
) -> None:
    graph = LayeredGraph(*drawing)
    found = order_layers(graph)
    assert [sorted(row) for row in found] == graph.rows
    assert crossings(graph, found) <= crossings(graph, graph.rows)
    assert order_layers(LayeredGraph(*drawing)) == found


@pytest.mark.parametrize("seed", range(20))
def test_a_tree_has_no_crossing(seed: int) -> None:
    chance = random.Random(seed)
    layers, lines = [0], []
    for place in range(1, 40):
        parent = chance.randrange(place)
        layers.append(layers[parent] + 1)
        lines.append((parent, place))
    graph = LayeredGraph(layers, lines)
    assert crossings(graph, order_layers(graph)) == 0


def test_layers_without_crossings_stay_as_they_are() -> None:
    assert order_layers(LayeredGraph([0, 0, 1, 1, 1], [(0, 2), (1, 4)])) == [[0, 1], [2, 3, 4]]
    assert order_layers(LayeredGraph([], [])) == []


def test_unavoidable_crossing_occurs_once() -> None:
    graph = LayeredGraph([0, 0, 1, 1], [(0, 2), (0, 3), (1, 2), (1, 3)])
    assert crossings(graph, order_layers(graph)) == 1
