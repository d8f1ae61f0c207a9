"""An arrow as it is drawn: its line, and the label on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from console.map_chart import Arrow
from console.map_text import cut, width

LABEL: Final = (140, 15)  # greatest width of a label, height of one of its lines
LETTERS: Final = 11  # size of a label's
MOST_LINES: Final = 3
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Drawn:
    """One arrow: the points that its line goes through, the lines of its label, and the middle of that."""

    arrow: Arrow
    points: tuple[Point, ...]
    says: tuple[str, ...]
    label: Point

    @property
    def wide(self) -> float:
        return width_of(self.says)

    @property
    def tall(self) -> float:
        return height_of(self.says)

    @property
    def path(self) -> str:
        """The line as SVG draws it: it leaves and reaches each point upright."""
        (x, y), *ahead = self.points
        drawn = [f"M{x:.1f},{y:.1f}"]
        for to_x, to_y in ahead:
            middle = (y + to_y) / 2
            drawn.append(f"C{x:.1f},{middle:.1f} {to_x:.1f},{middle:.1f} {to_x:.1f},{to_y:.1f}")
            x, y = to_x, to_y
        return " ".join(drawn)


def width_of(says: tuple[str, ...]) -> float:
    """The room that a label takes, with some beside it."""
    return max(width(line, LETTERS) for line in says) + 8


def label_of(arrow: Arrow) -> tuple[str, ...]:
    """An arrow's labels, a line each where there are few enough."""
    if len(arrow.labels) > MOST_LINES:
        return (f"{len(arrow.labels)} passages",)
    return tuple(cut(label, LABEL[0], LETTERS) for label in arrow.labels)


def height_of(says: tuple[str, ...]) -> float:
    return LABEL[1] * len(says) + 4
