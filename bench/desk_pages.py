"""Follows the links of the desk on large menus, and measures each page: its seconds and its bytes.

The menus are those of bench/desk.py: 1 000 services and 40 journeys. From the start page, at most `LINKS` addresses of
one form are followed from a page (a list of 1 000 services has one form), and at most `PAGES` pages are opened. Files
that are offered as a download are not pages. Run it with `make bench`; the row goes to bench/results.md.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from bench.desk import JOURNEYS, SERVICES, Desk, served
from bench.report import add_rows, dated

PAGES, LINKS = 200, 2
SECONDS, KILOBYTES = 1.0, 300  # allowed for a page
LINK = re.compile(r'href="/bureau/((?!statique|simulateur/)[^"#]*)"')
HEADING = """
# Every page of the desk on large menus

One row for each run of `make bench`, with 1 000 services and 40 journeys, over HTTP: how many pages were opened, the
slowest (opened for the first time) and the largest. ratio is the worse of both over what is allowed: 1 s and 300 KB.
bench/desk_pages.py says how it is measured.

| date | commit | machine | pages | slowest | s | largest | KB | ratio |
|---|---|---|---|---|---|---|---|---|
"""


class Page(NamedTuple):
    """One page: its address below /bureau/, the seconds until its last byte, and its size."""

    path: str
    seconds: float
    kilobytes: float


async def opened(desk: Desk) -> list[Page]:
    """Open the pages that links lead to, the start page first."""
    ahead, known, pages = [""], {""}, list[Page]()
    while ahead and len(pages) < PAGES:
        path, since = ahead.pop(0), perf_counter()
        text = await desk.page(path)
        if not text:
            continue
        pages.append(Page(path, perf_counter() - since, len(text.encode()) / 1000))
        found = [link for link in _links(text) if link not in known]
        known.update(found)
        ahead += found
    return pages


def _links(text: str) -> Iterator[str]:
    """Yield the addresses that a page leads to, at most `LINKS` of one form."""
    forms: Counter[tuple[str, int, bool]] = Counter()
    for link in map(unescape, LINK.findall(text)):
        path, _, query = link.partition("?")
        form = (path.partition("/")[0], path.count("/"), bool(query))
        forms[form] += 1
        if forms[form] <= LINKS:
            yield link


async def run() -> list[Page]:
    """Serve large menus, and open their pages."""
    with tempfile.TemporaryDirectory(prefix="zin-bench-") as folder:
        async with served(Path(folder), SERVICES, JOURNEYS) as (desk, _):
            return await opened(desk)


def main() -> None:
    """Measure, print the slowest and the largest pages, and add a row to bench/results.md."""
    pages, run_of = asyncio.run(run()), dated()
    slowest, largest = max(pages, key=lambda page: page.seconds), max(pages, key=lambda page: page.kilobytes)
    ratio = max(slowest.seconds / SECONDS, largest.kilobytes / KILOBYTES)
    slow, large = (slowest.path, f"{slowest.seconds:.2f}"), (largest.path, f"{largest.kilobytes:.0f}")
    row = [*run_of, str(len(pages)), f"/bureau/{slow[0]}", slow[1], f"/bureau/{large[0]}", large[1], f"{ratio:.2f}"]
    print(" | ".join(row[3:]))
    add_rows(HEADING, [row])


if __name__ == "__main__":
    main()
