"""Measures how soon a saved file is visible and how fast the map opens, with 1 000 services and 40 journeys.

The menus are copies of our own (bench/many_menus.py), served by `zin serve`. Files are saved in turn: a text of a
screen, then a price. The seconds until a call shows the new text, and until the admin site shows it, are measured; then
those of what is typed there (bench/desk_writing.py). Then the pages are opened over HTTP, first after a change and then
again, and in a headless Chromium if there is one. Run it with `make bench`; the rows go to bench/results.md.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median
from time import perf_counter

from aiohttp import ClientSession, CookieJar

from bench.desk_writing import TRANSLATING, typing
from bench.many_menus import SERVICE, WORD, many_menus
from bench.processes import free_port, started
from bench.report import add_rows, dated

SERVICES, JOURNEYS = 1000, 40
LONGEST = 30.0  # seconds until one change is visible
AGAIN = 0.02  # seconds between two checks
HOW = "Thème ?"  # the text that is changed
SAVED, OPENED = 1.0, 1.0  # seconds allowed for a saved file and for a page
PAGES = ("plan", "plan/home", "plan/services", "ecran/services.card", "services", f"services/{SERVICE}", *TRANSLATING)
QUIET = 200  # milliseconds between two changes
Took = tuple[str, list[float], float]  # what was measured, the seconds of each round, and the seconds allowed
HEADING = """
# The desk on large menus

Some rows for each run of `make bench`, with 1 000 services and 40 journeys: seconds from saving a file until a call
hears it and the desk shows it, and seconds in which the pages of the map open. ratio is the longest over what is
allowed: 1 s (2 s for a page until 2026-11-29), half a second while typing. bench/desk.py says how it is measured.

| date | commit | machine | what | times | median s | longest s | ratio |
|---|---|---|---|---|---|---|---|
"""


class Desk:
    """The server, as a citizen and an operator use it."""

    def __init__(self, session: ClientSession, port: int) -> None:
        self._session, self._port, self._calls = session, port, 0

    async def call(self, text: str) -> str:
        """Return the screen for these inputs of a caller."""
        self._calls += 1
        form = {"sessionId": f"s{self._calls}", "serviceCode": "*384#", "networkCode": "61603", "text": text,
                "phoneNumber": f"+22901{self._calls:08}"}  # fmt: skip
        async with self._session.post(self.url("/ussd/africastalking/demo"), data=form) as answer:
            return await answer.text()

    async def page(self, path: str) -> str:
        """Return a page of the admin site, "" for a file to keep."""
        async with self._session.get(self.url(f"/bureau/{path}")) as answer:
            assert answer.status == 200, path
            return await answer.text() if answer.content_type == "text/html" else ""

    async def write(self, path: str, form: Mapping[str, str]) -> str:
        """Send a form of the admin site, and return the page that answers."""
        async with self._session.post(self.url(f"/bureau/{path}"), data=form) as answer:
            return await answer.text()

    def url(self, path: str) -> str:
        """Return the address of this path."""
        return f"http://127.0.0.1:{self._port}{path}"


async def seen(look: Callable[[], Awaitable[str]], words: str, since: float) -> float:
    """Wait until these words are visible; return the seconds since `since`."""
    async with asyncio.timeout(LONGEST):
        while words not in await look():  # noqa: ASYNC110 - the text arrives over HTTP
            await asyncio.sleep(AGAIN)
    return perf_counter() - since


async def save(desk: Desk, menus: Path, rounds: int) -> Sequence[Took]:
    """Measure the seconds of each change, by the place where it is visible."""
    screens, card = menus / "services.yaml", menus / "catalogue" / f"{SERVICE}.yaml"
    called, shown, priced = list[float](), list[float](), list[float]()
    for number in range(rounds):
        text = f"Chercher comment, {2 * number} ?"
        called.append(await seen(lambda: desk.call("1"), text, change(screens, HOW, text)))
        text = f"Chercher comment, {2 * number + 1} ?"
        shown.append(await seen(lambda: desk.page("ecran/services.which_theme"), text, change(screens, HOW, text)))
        price = 100_000 + number
        shown_price = f"{price:,} F".replace(",", " ")
        since = change(card, "value: 1000", f"value: {price}")
        priced.append(await seen(lambda: desk.call(WORD), shown_price, since))
    named = {"a text, in a call": called, "a text, on the map": shown, "a price, in a call": priced}
    return [(what, times, SAVED) for what, times in named.items()]


def change(file: Path, old: str, new: str) -> float:
    """Replace a text in the original version of a file, save it, and return the time."""
    made = file.with_suffix(".made")
    if not made.exists():
        made.write_text(file.read_text("utf-8"), "utf-8")
    text = made.read_text("utf-8")
    assert old in text, file
    file.write_text(text.replace(old, new), "utf-8")
    return perf_counter()


async def opened(desk: Desk) -> Sequence[Took]:
    """Measure the seconds of each page of the map over HTTP; the first time is after a change."""
    return [(f"/bureau/{path}", [await _timed(desk.page(path)) for _ in range(3)], OPENED) for path in PAGES]


async def in_chromium(desk: Desk, menus: Path, rounds: int) -> Sequence[Took]:
    """Measure the seconds until an open simulator shows a change, and until a browser has drawn each page of the
    map.
    """
    if not (program := shutil.which("chromium")):
        return []
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = await browser.new_page()
        await page.goto(desk.url("/bureau/"))
        simulator = await browser.new_page()
        await simulator.goto(desk.url("/bureau/?ecran=services.which_theme&langue=fr"))
        followed = []
        for number in range(rounds):
            await page.wait_for_timeout(QUIET)
            text = f"Chercher ainsi, {number} ?"
            since = change(menus / "services.yaml", HOW, text)
            followed.append(await seen(lambda: simulator.inner_text("#ecran"), text, since))
        took = [("a text, in the simulator", followed, SAVED)]
        for path in PAGES:
            times = [await _timed(page.goto(desk.url(f"/bureau/{path}"))) for _ in range(3)]
            took.append((f"/bureau/{path}, in Chromium", times, OPENED))
        await browser.close()
    return took


async def _timed(doing: Awaitable[object]) -> float:
    since = perf_counter()
    await doing
    return perf_counter() - since


@asynccontextmanager
async def served(folder: Path, services: int, journeys: int) -> AsyncIterator[tuple[Desk, Path]]:
    """Start the server on large menus; yield it with the folder of menus."""
    menus, locales = many_menus(folder, services, journeys)
    port = free_port()
    settings = {
        "ZIN_PORT": str(port),
        "ZIN_DATA": str(folder / "data"),
        "ZIN_MENUS": str(menus),
        "ZIN_LOCALES": str(locales),
    }
    command = [str(Path(sys.executable).with_name("zin")), "serve"]
    async with (
        started(command, port, settings, folder / "server.log"),
        ClientSession(cookie_jar=CookieJar(unsafe=True)) as session,
    ):
        yield Desk(session, port), menus


async def run(services: int, journeys: int, rounds: int) -> Sequence[Took]:
    """Measure changes and pages, and return all times."""
    with tempfile.TemporaryDirectory(prefix="zin-bench-") as folder:
        async with served(Path(folder), services, journeys) as (desk, menus):
            await desk.page("plan")
            saved = [*await save(desk, menus, rounds), *await typing(desk.page, desk.write, rounds)]
            return [*saved, *await opened(desk), *await in_chromium(desk, menus, rounds)]


def main() -> None:
    """Parse the arguments, measure, print a table, and add its rows to bench/results.md."""
    parser = argparse.ArgumentParser(description="How soon a saved file is seen, and how soon the map opens.")
    parser.add_argument("--services", type=int, default=SERVICES)
    parser.add_argument("--journeys", type=int, default=JOURNEYS)
    parser.add_argument("--rounds", type=int, choices=range(1, 101), metavar="1..100", default=10)
    arguments = parser.parse_args()
    rows, run_of = [], dated()
    print(f"{'':44}{'times':>7}{'median s':>10}{'longest s':>11}{'ratio':>7}")
    for what, times, most in asyncio.run(run(arguments.services, arguments.journeys, arguments.rounds)):
        figures = (str(len(times)), f"{median(times):.2f}", f"{max(times):.2f}", f"{max(times) / most:.2f}")
        print(f"{what:44}{figures[0]:>7}{figures[1]:>10}{figures[2]:>11}{figures[3]:>7}")
        rows.append([*run_of, what, *figures])
    if (arguments.services, arguments.journeys) == (SERVICES, JOURNEYS):
        add_rows(HEADING, rows)


if __name__ == "__main__":
    main()
