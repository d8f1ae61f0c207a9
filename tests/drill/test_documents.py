"""The drills that are played are those of the page, and the figures are of drills that exist."""

from __future__ import annotations

import re
from pathlib import Path

from tests.drill.table import DRILLS, HEADING
from tests.support.front_proxies import KINDS

ROOT = Path(__file__).parents[2]
PLAYED = sorted(
    name
    for path in Path(__file__).parent.glob("drill_*.py")
    for name in re.findall(r"^async def test_(\w+)\(", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
)


def test_page_lists_the_drills_that_are_played() -> None:
    page = (ROOT / "docs" / "availability.md").read_text(encoding="utf-8")
    assert PLAYED
    assert sorted(re.findall(r"^\| `([a-z_]+)` \|", page.partition("## Drills")[2], flags=re.MULTILINE)) == PLAYED


def test_figures_are_those_of_drills_that_exist() -> None:
    written = DRILLS.read_text(encoding="utf-8")
    assert written.startswith(HEADING)
    behind_proxies = {f"{drill}_{kind}" for drill in PLAYED for kind in KINDS}
    assert set(re.findall(r"^\| ([a-z_]+) \| \d", written, flags=re.MULTILINE)) <= {*PLAYED, *behind_proxies}
