"""Numbers in French, and the HTML elements and style of the load-test report.

The page has one column and the reader's own font size, and follows the light or dark mode of the device.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

from reporting.french import NARROW, format_number


def decimal(value: float) -> str:
    """Format a number with one decimal, or none if it adds nothing."""
    near = round(value, 1)
    return format_number(near) if abs(near) >= 100 or near == round(near) else f"{near:.1f}".replace(".", ",")


def duration(milliseconds: float) -> str:
    """Format a duration in the most readable unit."""
    if 0 < milliseconds < 1000:
        return f"{decimal(milliseconds)}{NARROW}ms"
    if milliseconds < 60_000:
        return f"{decimal(milliseconds / 1000)}{NARROW}s"
    minutes, seconds = divmod(round(milliseconds / 1000), 60)
    return f"{minutes}{NARROW}min{f' {seconds}{NARROW}s' if seconds else ''}"


def table(caption: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table with row headings; a wide table scrolls by itself."""
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in headings)
    body = "".join(
        f'<tr><th scope="row">{escape(first)}</th>{"".join(f"<td>{escape(one)}</td>" for one in others)}</tr>'
        for first, *others in rows
    )
    inside = f"<caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody>"
    return f'<div class="wide" tabindex="0" role="region" aria-label="{escape(caption)}"><table>{inside}</table></div>'


def aside(summary: str, inside: str) -> str:
    """Return a block that opens on a click."""
    return f"<details><summary>{escape(summary)}</summary>{inside}</details>"


STYLE: Final = """
:root { color-scheme: light dark; --ink: #1c1c1c; --paper: #fff; --faint: #ccc; --good: #1b6e3c; --bad: #b3261e;
  --line0: #0b5cad; --line1: #b3261e; --line2: #6b4a00; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #eee; --paper: #161616; --faint: #444; --good: #7bd69b; --bad: #ff8a80;
    --line0: #7db8f2; --line1: #ff8a80; --line2: #e0b85c; } }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 44rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.5rem; line-height: 1.2; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
figure { margin: 0; max-width: 36rem; }
svg { display: block; width: 100%; height: auto; }
.grid { stroke: var(--faint); }
.line0 { stroke: var(--line0); } .line1 { stroke: var(--line1); } .line2 { stroke: var(--line2); }
.bar { fill: var(--line0); }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin: .25rem 0; font-size: .9rem; }
.legend .piece { display: inline-block; width: 28px; height: 8px; }
.sound, .unsound { padding: .75rem 1rem; border-left: .4rem solid var(--good); }
.unsound { border-color: var(--bad); }
.wide { overflow-x: auto; margin: .5rem 0; }
table { border-collapse: collapse; font-size: .9rem; }
caption { text-align: left; font-weight: 600; padding: .25rem 0; }
th, td { border-bottom: 1px solid var(--faint); padding: .3rem .6rem; text-align: right; white-space: nowrap; }
th[scope=row] { white-space: normal; min-width: 5rem; font-weight: 400; }
th:first-child { text-align: left; }
thead th { vertical-align: bottom; }
summary { cursor: pointer; padding: .5rem 0; }
"""
