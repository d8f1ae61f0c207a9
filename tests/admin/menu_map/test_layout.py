"""Whatever leads where: nothing in a drawing lies on anything else, and every arrow ends where it leads."""

from __future__ import annotations

import random
from itertools import combinations
from pathlib import Path

import pytest

from admin.menu_map.edges import cut, width, wrap
from admin.menu_map.graph import Arrow, Box, Chart, journey_chart, overview
from admin.menu_map.layout import BOX, Layout, compute_layout
from authoring.validation import validate
from settings import Settings

Frame = tuple[float, float, float, float]


def frames(layout: Layout) -> list[Frame]:
    """Left, top, right and bottom of each box and label."""
    boxes = [(x, y, *BOX) for x, y in layout.boxes.values()]
    labels = [(*arrow.label, arrow.label_width, arrow.label_height) for arrow in layout.arrows]
    return [(x - w / 2, y - h / 2, x + w / 2, y + h / 2) for x, y, w, h in (*boxes, *labels)]


def holds(chart: Chart) -> None:
    layout = compute_layout(chart)
    every = frames(layout)
    assert len(layout.boxes) == len(chart.boxes)
    assert [drawn.arrow for drawn in layout.arrows] == list(chart.arrows)
    for one, other in combinations(every, 2):
        assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1], (one, other)
    for left, top, right, bottom in every:
        assert left >= 0
        assert top >= 0
        assert right <= layout.width
        assert bottom <= layout.height
    for drawn in layout.arrows:
        for name, (x, y) in ((drawn.arrow.start, drawn.points[0]), (drawn.arrow.end, drawn.points[-1])):
            middle_x, middle_y = layout.boxes[name]
            assert abs(x - middle_x) <= BOX[0] / 2
            assert abs(y - middle_y) == pytest.approx(BOX[1] / 2)


def chart(boxes: int, *edges: tuple[int, int]) -> Chart:
    label = "le mot « longuet » et d'autres, nombreux"
    arrows = tuple(Arrow(str(one), str(other), (label,) * (1 + one % 5)) for one, other in edges)
    return Chart(tuple(Box(str(name), label, "choices") for name in range(boxes)), arrows)


@pytest.mark.parametrize(
    "drawn",
    [
        chart(0),
        chart(1),
        chart(1, (0, 0)),
        chart(2, (0, 1), (1, 0), (1, 1)),
        chart(3, (0, 1), (1, 2), (2, 0)),
        chart(98, *((0, end) for end in range(1, 98))),
        chart(200, *((one, one + 1) for one in range(199)), *((one, 0) for one in range(200))),
    ],
    ids=["nothing", "alone", "to itself", "there and back", "in a circle", "97 choices", "a long way, back from each"],
)
def test_unusual_charts_have_no_overlap(drawn: Chart) -> None:
    holds(drawn)


@pytest.mark.parametrize("seed", range(30))
def test_random_charts_have_no_overlap(seed: int) -> None:
    chance = random.Random(seed)
    many = chance.randint(2, 25)
    pairs = {(chance.randrange(many), chance.randrange(many)) for _ in range(chance.randint(1, 60))}
    holds(chart(many, *sorted(pairs)))


def test_our_menus_have_one_layout_without_overlap() -> None:
    edition = validate(Settings(_env_file=None, menus=Path("menus"))).edition
    for drawn in (overview(edition), *(journey_chart(edition, name) for name in edition.journeys.files)):
        holds(drawn)
        assert compute_layout(drawn) == compute_layout(drawn)


@pytest.mark.parametrize("text", ["", "Quel examen ?", "x" * 500, "Ẹ̀ka ìṣàkóso " * 30, "漢字" * 80, "{exam} " * 40])
def test_texts_are_cut_to_their_width(text: str) -> None:
    for line in (cut(text, 100, 11), *wrap(text, 100, 11, 2)):
        assert width(line, 11) <= 100
    assert len(wrap(text, 100, 11, 2)) <= 2
    assert ("…" in cut(text, 100, 11)) == (width(text, 11) > 100)
