"""Lines and labels of the arrows on the map, and the width of text, which is estimated because no browser measures it.

Widths are those of a wide common font, so that text is rather cut too early than drawn outside its box.
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
    """One arrow: the points of its line, the lines of its label, and the center of the label."""

    arrow: Arrow
    points: tuple[Point, ...]
    says: tuple[str, ...]
    label: Point

    @property
    def label_width(self) -> float:
        """Return the width of the label."""
        return width_of(self.says)

    @property
    def label_height(self) -> float:
        """Return the height of the label."""
        return height_of(self.says)

    @property
    def path(self) -> str:
        """Return the line as an SVG path; it is vertical at each point."""
        (x, y), *ahead = self.points
        drawn = [f"M{x:.1f},{y:.1f}"]
        for to_x, to_y in ahead:
            middle = (y + to_y) / 2
            drawn.append(f"C{x:.1f},{middle:.1f} {to_x:.1f},{middle:.1f} {to_x:.1f},{to_y:.1f}")
            x, y = to_x, to_y
        return " ".join(drawn)


def width_of(says: tuple[str, ...]) -> float:
    """Return the width of a label, with a margin."""
    return max(width(line, LABEL_FONT_SIZE) for line in says) + 8


def label_of(arrow: Arrow) -> tuple[str, ...]:
    """Return the labels of an arrow, one line each, or their number if there are too many."""
    if len(arrow.labels) > MAX_LABEL_LINES:
        return (f"{len(arrow.labels)} passages",)
    return tuple(cut(label, LABEL[0], LABEL_FONT_SIZE) for label in arrow.labels)


def height_of(says: tuple[str, ...]) -> float:
    """Return the height of a label."""
    return LABEL[1] * len(says) + 4


NARROW: Final = frozenset("iIjlt.,:;!'’|()[]{} \u202f")
BROAD: Final = frozenset("mwMWœŒæÆ@%…—")


def width(text: str, size: float) -> float:
    """Return the estimated width of a text at this font size, in the unit of the size; rather too wide than too
    narrow.
    """
    return size * sum(map(_share, text))


def cut(text: str, room: float, size: float) -> str:
    """Cut a text to the width, with « … » if something is left out."""
    if width(text, size) <= room:
        return text
    cut = text
    while cut and width(f"{cut}…", size) > room:
        cut = cut[:-1]
    return f"{cut.rstrip()}…"


def wrap(text: str, room: float, size: float, most: int) -> tuple[str, ...]:
    """Break a text into at most `most` lines, between words where possible."""
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
