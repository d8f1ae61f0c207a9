"""Draws charts as SVG: lines over time, columns, bars and funnels. Each chart has a description in words.

No library is used: matplotlib would add numpy for a few charts, pygal loads a script from another server, and neither
writes a description for screen readers. A chart is 360 units wide, the width of a phone, so that its letters have the
same size as the text around it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

WIDTH, HEIGHT = 360, 220
LEFT, RIGHT, TOP, BOTTOM = 46, 8, 10, 28  # margins of a line chart
BAR, NAME, VALUE = 22, 96, 74  # a bar's height with its gap, and the widths of its name and its value
LONGEST_NAME: Final = 12  # letters that fit into the width of a name
LINE: Final = 'fill="none" stroke="currentColor" stroke-width="2"'
DASHES: Final = ("", "6 3", "2 3")  # of each line, so that lines differ also without colours


@dataclass(frozen=True, slots=True)
class Words:
    """The title of a chart and its description in one sentence; `name` prefixes the ids and must be unique in the
    page.
    """

    name: str
    title: str
    about: str


@dataclass(frozen=True, slots=True)
class Series:
    """One line: its name, and a value at each time."""

    name: str
    values: Sequence[float]


@dataclass(frozen=True, slots=True)
class Axis:
    """How values are written, and whether the scale is logarithmic."""

    write: Callable[[float], str]
    by_magnitude: bool = False


def lines(words: Words, times: Sequence[float], series: Sequence[Series], axis: Axis) -> str:
    """Draw lines over time; `times` are seconds from the start."""
    marks = _magnitudes(series) if axis.by_magnitude else _steps(max(max(one.values) for one in series))
    scale = math.log10 if axis.by_magnitude else float
    low, high = scale(marks[0]), scale(marks[-1])
    longest = max(times[-1], 1.0)

    def across(seconds: float) -> float:
        return LEFT + seconds / longest * (WIDTH - LEFT - RIGHT)

    def up(value: float) -> float:
        part = (scale(max(value, marks[0])) - low) / (high - low)
        return HEIGHT - BOTTOM - part * (HEIGHT - TOP - BOTTOM)

    drawn = [*_grid(marks, up, axis.write), *_times(longest, across)]
    for place, one in enumerate(series):
        points = " ".join(f"{across(at):.1f},{up(value):.1f}" for at, value in zip(times, one.values, strict=True))
        dashes = f' stroke-dasharray="{DASHES[place]}"' if DASHES[place] else ""
        drawn.append(f'<polyline {LINE} class="line{place}"{dashes} points="{points}"/>')
    return _svg(words, "".join(drawn), HEIGHT) + _legend(series)


def bars(words: Words, rows: Sequence[tuple[str, float]], write: Callable[[float], str]) -> str:
    """Draw one horizontal bar a row, with its name and value."""
    most = max((value for _, value in rows), default=0.0) or 1.0
    width = WIDTH - NAME - VALUE
    drawn = []
    for place, (name, value) in enumerate(rows):
        top, long = place * BAR + 4, value / most * width
        drawn.append(f'<text x="{NAME - 6}" y="{top + 12}" text-anchor="end">{_short(name)}</text>')
        drawn.append(f'<rect class="bar" x="{NAME}" y="{top}" width="{long:.1f}" height="{BAR - 6}"/>')
        drawn.append(f'<text x="{NAME + long + 4:.1f}" y="{top + 12}">{escape(write(value))}</text>')
    return _svg(words, "".join(drawn), len(rows) * BAR + 8)


def columns(words: Words, rows: Sequence[tuple[str, float]], write: Callable[[float], str]) -> str:
    """Draw one column a row, side by side; at most about eight names are written below."""
    marks = _steps(max((value for _, value in rows), default=1.0) or 1.0)
    wide, field = (WIDTH - LEFT - RIGHT) / max(len(rows), 1), HEIGHT - TOP - BOTTOM

    def up(value: float) -> float:
        return HEIGHT - BOTTOM - value / marks[-1] * field

    drawn, every = [*_grid(marks, up, write)], math.ceil(len(rows) / 8)
    for place, (name, value) in enumerate(rows):
        left, top = LEFT + place * wide, up(value)
        size = f'width="{wide * 0.8:.1f}" height="{HEIGHT - BOTTOM - top:.1f}"'
        drawn.append(f'<rect class="bar" x="{left + wide * 0.1:.1f}" y="{top:.1f}" {size}/>')
        if place % every == 0:
            position = f'x="{left + wide / 2:.1f}" y="{HEIGHT - 10}" text-anchor="middle"'
            drawn.append(f"<text {position}>{escape(name)}</text>")
    return _svg(words, "".join(drawn), HEIGHT)


def funnel(words: Words, rows: Sequence[tuple[str, float, float]], write: Callable[[float], str]) -> str:
    """Draw one bar a row: its name, how many came, and the filled part for how many continued."""
    most, width, drawn = max((came for _, came, _ in rows), default=0.0) or 1.0, WIDTH - NAME - VALUE, []
    for place, (name, came, went) in enumerate(rows):
        top, long, full = place * BAR + 4, came / most * width, min(went, came) / most * width
        drawn.append(f'<text x="{NAME - 6}" y="{top + 12}" text-anchor="end">{_short(name)}</text>')
        drawn.append(f'<rect class="lost" x="{NAME}" y="{top}" width="{long:.1f}" height="{BAR - 6}"/>')
        drawn.append(f'<rect class="bar" x="{NAME}" y="{top}" width="{full:.1f}" height="{BAR - 6}"/>')
        drawn.append(f'<text x="{NAME + long + 4:.1f}" y="{top + 12}">{escape(write(came))}</text>')
    return _svg(words, "".join(drawn), len(rows) * BAR + 8)


def _short(name: str) -> str:
    """Shorten a name to the width of a bar's name; the table beside the chart has the whole name."""
    return escape(name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…")


def _svg(words: Words, drawn: str, height: int) -> str:
    title, about = f"{words.name}-title", f"{words.name}-about"
    description = f'<title id="{title}">{escape(words.title)}</title><desc id="{about}">{escape(words.about)}</desc>'
    labelled = f'role="img" aria-labelledby="{title} {about}"'
    inside = f'<g aria-hidden="true" font-size="11" fill="currentColor">{drawn}</g>'
    return f'<svg viewBox="0 0 {WIDTH} {height}" {labelled}>{description}{inside}</svg>'


def _legend(series: Sequence[Series]) -> str:
    """Draw the name of each line beside a sample of it."""
    pieces = (
        f'<span><svg viewBox="0 0 28 8" class="piece" aria-hidden="true"><polyline {LINE} class="line{place}" '
        f'stroke-dasharray="{DASHES[place] or "none"}" points="0,4 28,4"/></svg> {escape(one.name)}</span>'
        for place, one in enumerate(series)
    )
    return f'<p class="legend">{"".join(pieces)}</p>'


def _grid(marks: Sequence[float], up: Callable[[float], float], write: Callable[[float], str]) -> Iterator[str]:
    for mark in marks:
        y = up(mark)
        yield f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield f'<text x="{LEFT - 4}" y="{y + 4:.1f}" text-anchor="end">{escape(write(mark))}</text>'


def _times(longest: float, across: Callable[[float], float]) -> Iterator[str]:
    """Draw five times below the chart, in minutes if the longest is 240 s or more."""
    for part in range(5):
        at = longest * part / 4
        text = f"{at / 60:.0f} min" if longest >= 240 else f"{at:.0f} s"
        anchor = ("start", "middle", "middle", "middle", "end")[part]
        yield f'<text x="{across(at):.1f}" y="{HEIGHT - 10}" text-anchor="{anchor}">{text}</text>'


def _steps(most: float) -> list[float]:
    """Return zero and round values up to the first one that is at least `most`."""
    rough = max(most, 1e-9) / 4
    unit = 10.0 ** math.floor(math.log10(rough))
    step = next(unit * factor for factor in (1, 2, 2.5, 5, 10) if unit * factor >= rough)
    return [step * count for count in range(math.ceil(max(most, 1e-9) / step) + 1)]


def _magnitudes(series: Sequence[Series]) -> list[float]:
    """Return at least two powers of ten around all values above zero."""
    values = [value for one in series for value in one.values if value > 0] or [1.0]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return [10.0**power for power in range(low, max(high, low + 1) + 1)]
