"""An arrow as it is drawn: its line, and the label on it.

How much room words take in a drawing, and how they are cut to it: there is no browser here to ask.

Widths are those of a wide common letter, so that words are rather cut too early than run out of their box.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Final

from admin.menu_map.graph import Arrow

LABEL: Final = (140, 15)  # greatest width of a label, height of one of its lines
LABEL_FONT_SIZE: Final = 11  # size of a label's
MAX_LABEL_LINES: Final = 3
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class DrawnArrow:
    """One arrow: the points that its line goes through, the lines of its label, and the middle of that."""

    arrow: Arrow
    points: tuple[Point, ...]
    says: tuple[str, ...]
    label: Point

    @property
    def label_width(self) -> float:
        return width_of(self.says)

    @property
    def label_height(self) -> float:
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
    return max(width(line, LABEL_FONT_SIZE) for line in says) + 8


def label_of(arrow: Arrow) -> tuple[str, ...]:
    """An arrow's labels, a line each where there are few enough."""
    if len(arrow.labels) > MAX_LABEL_LINES:
        return (f"{len(arrow.labels)} passages",)
    return tuple(cut(label, LABEL[0], LABEL_FONT_SIZE) for label in arrow.labels)


def height_of(says: tuple[str, ...]) -> float:
    return LABEL[1] * len(says) + 4


NARROW: Final = frozenset("iIjlt.,:;!'’|()[]{} \u202f")
BROAD: Final = frozenset("mwMWœŒæÆ@%…—")


def width(text: str, size: float) -> float:
    """How wide these words are at this size of letters, in its unit; rather too much than too little."""
    return size * sum(map(_share, text))


def cut(text: str, room: float, size: float) -> str:
    """As much of these words as there is room for, with « … » where some are left out."""
    if width(text, size) <= room:
        return text
    kept = text
    while kept and width(f"{kept}…", size) > room:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


def wrap(text: str, room: float, size: float, most: int) -> tuple[str, ...]:
    """These words on so many lines at most, broken between words where that can be."""
    found, words = [""], text.split()
    while words:
        longer = f"{found[-1]} {words[0]}".strip()
        if width(longer, size) > room and found[-1]:
            if len(found) == most:
                break
            found.append("")
            continue
        found[-1] = longer
        words.pop(0)
    found[-1] = " ".join([found[-1], *words])
    return tuple(cut(line, room, size) for line in found)


def _share(sign: str) -> float:
    if sign in NARROW:
        return 0.42
    if sign in BROAD or unicodedata.east_asian_width(sign) in "WF":
        return 1.05
    if unicodedata.combining(sign):
        return 0.0
    return 0.76 if sign.isupper() else 0.64
