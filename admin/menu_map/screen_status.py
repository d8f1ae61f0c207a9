"""Status of the screens of the active edition: sizes, warnings, and progress of each language.

It is computed once per edition, in a thread, and cached until another edition is active.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from aiohttp import web

from admin.context import AdminContext
from channels import rooms
from settings import Settings
from state.errors import Problem
from state.menu.journeys import Journey
from state.menu.screen_texts import screen_texts
from state.menu.versions import MenuVersion
from state.rendering import size_check
from state.rendering.size_check import ScreenSizeReport, measure_all
from state.text import po_files
from state.text.languages import SOURCE
from state.text.po_files import TranslationStatus
from state.text.template import has_words
from state.yaml_files.types import Counted

REVIEWED: Final = ("reviewed", "attested")
KEY: Final = re.compile(r"""^(\s+)["']?([a-z][a-z0-9_]*)["']?\s*:""")


@dataclass(frozen=True, slots=True)
class TranslationCounts:
    """One screen in one language: the number of texts, and of those translated and reviewed."""

    texts: int
    translated: int
    reviewed: int


@dataclass(frozen=True, slots=True)
class EditionStatus:
    """The status of one edition. warnings and words are by screen, words then by language."""

    edition: MenuVersion
    fits: tuple[ScreenSizeReport, ...]
    warnings: Mapping[str, tuple[Problem, ...]]
    words: Mapping[str, Mapping[str, TranslationCounts]]


class ScreenStatusCache:
    """Caches the status of the active edition."""

    def __init__(self) -> None:
        self._edition: MenuVersion | None = None
        self._finding: asyncio.Task[EditionStatus] | None = None

    async def current(self, desk: AdminContext) -> EditionStatus:
        """Return the status of the active edition."""
        edition = desk.menus.current
        if self._finding is None or self._edition is not edition:
            self._edition = edition
            self._finding = asyncio.create_task(asyncio.to_thread(compute_status, edition, desk.settings))
        return await asyncio.shield(self._finding)


SCREEN_STATUS: Final = web.AppKey("findings", ScreenStatusCache)


def compute_status(edition: MenuVersion, settings: Settings) -> EditionStatus:
    """Compute the status of an edition; takes tenths of a second."""
    fit = tuple(measure_all(edition, rooms(settings)))
    warnings = _by_screen(size_check.warnings(edition, fit), edition)
    return EditionStatus(edition, fit, warnings, _words(edition))


def problems_by_screen(problems: Iterable[Problem], edition: MenuVersion) -> Mapping[str, tuple[Problem, ...]]:
    """Return problems of the present files by the screen of the edition; "" for those of no screen."""
    placed: dict[str, list[Problem]] = {}
    for problem in problems:
        journey = edition.journeys.files.get(Path(problem.file).stem)
        own = journey is not None and Path(problem.file).parent.name == Path(journey.document.file).parent.name
        screen = _screen_above(problem, journey) if journey and own else ""
        placed.setdefault(screen, []).append(problem)
    return {screen: tuple(found) for screen, found in placed.items()}


def _by_screen(problems: Iterable[Problem], edition: MenuVersion) -> Mapping[str, tuple[Problem, ...]]:
    """Return problems of the files of the edition, by screen."""
    files = {journey.document.file: journey for journey in edition.journeys.files.values()}
    placed: dict[str, list[Problem]] = {}
    for problem in problems:
        journey = files.get(problem.file)
        begin = (
            {journey.document.place(("screens", name), key=True)[0]: name for name in journey.screens}
            if journey
            else {}
        )
        line = max((line for line in begin if line <= problem.line), default=0)
        placed.setdefault(f"{journey.name}.{begin[line]}" if journey and line else "", []).append(problem)
    return {screen: tuple(found) for screen, found in placed.items()}


def _screen_above(problem: Problem, journey: Journey) -> str:
    """Return the screen that contains a line of the present file, which may be invalid YAML."""
    try:
        lines = Path(problem.file).read_text("utf-8", "replace").splitlines()
    except OSError:
        return ""
    keys = [(at, found[1], found[2]) for at, line in enumerate(lines, 1) if (found := KEY.match(line))]
    known = [(at, len(indent), name) for at, indent, name in keys if name in journey.screens]
    outer = min((indent for _, indent, _ in known), default=0)
    above = [name for at, indent, name in known if indent == outer and at <= problem.line]
    return f"{journey.name}.{above[-1]}" if above else ""


def _words(edition: MenuVersion) -> Mapping[str, Mapping[str, TranslationCounts]]:
    found: dict[str, dict[str, TranslationCounts]] = {name: {} for name in edition.journeys.screens}
    for code, wording in edition.wordings.items():
        if code == SOURCE:
            continue
        for name, languages in found.items():
            languages[code] = _counted(
                [po_files.translation_status(wording.catalog.get(*key)) for key in _keys(edition, name)]
            )
    return found


def _counted(statuses: list[TranslationStatus]) -> TranslationCounts:
    return TranslationCounts(
        len(statuses), sum(one != "missing" for one in statuses), sum(one in REVIEWED for one in statuses)
    )


def _keys(edition: MenuVersion, screen: str) -> Iterator[tuple[str | tuple[str, str], str | None]]:
    """Yield the catalog key of each text of a screen."""
    senses = edition.journeys.files[screen.partition(".")[0]].senses
    for _, text in screen_texts(edition.journeys.screens[screen]):
        one = text.one if isinstance(text, Counted) else text
        if has_words(one):
            yield (text.one, text.other) if isinstance(text, Counted) else text, senses.get(one)
