"""The map of the menus: all journeys and the transitions between them, and each journey screen by screen.

    /plan             every journey, with its problems, the progress of its languages and its traffic
    /plan/JOURNEY     its drawing, and the same as a table

?couleur= selects the coloring; admin/menu_map/colors.py has the colors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache, partial
from typing import Any, Final

from aiohttp import web

from admin.context import ADMIN_CONTEXT, AdminContext
from admin.menu_map.colors import (
    ASPECTS,
    PROBLEMS,
    SIGNS,
    Aspect,
    Mark,
    MarkFunction,
    language_marks,
    problem_marks,
    traffic_marks,
)
from admin.menu_map.edges import DrawnArrow, cut, wrap
from admin.menu_map.graph import SORT_LABELS, Arrow, Chart, arrows_to, journey_chart, only_visible, overview
from admin.menu_map.layout import BOX, Layout, compute_layout
from admin.menu_map.screen_status import SCREEN_STATUS, EditionStatus, problems_by_screen
from admin.permissions import CurrentUser
from admin.routes import Route
from admin.templating import render
from admin.visible_files import visible_files
from analytics.repository import traffic
from authoring.diff.changes import screen_title, shorten
from authoring.empty_journeys import journeys_without_data
from reporting.time_zone import zone
from state.errors import Problem, SourceUnavailable
from state.text.languages import SOURCE

DAYS: Final = 30  # whose passages are counted
WORDS: Final = 12.5  # size of a box's letters


@dataclass(frozen=True, slots=True)
class DrawnBox:
    """One box with its position: its center, its lines, its mark, and its link."""

    x: float
    y: float
    name: str
    says: tuple[str, ...]
    whole: str
    sort: str
    mark: Mark
    path: str
    outside: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart with positions; titles are what a clerk calls each box, by its name."""

    width: float
    height: float
    boxes: tuple[DrawnBox, ...]
    arrows: tuple[DrawnArrow, ...]
    titles: Mapping[str, str]


async def show_map(request: web.Request, visitor: CurrentUser) -> web.Response:
    """Show all journeys."""
    desk, found, aspect = await _map_request(request)
    broken = problems_by_screen(desk.change_feed.problems, found.edition)
    marks = await _all_marks(desk, found, broken)
    visible = await visible_files(desk, visitor)
    chart = only_visible(overview(found.edition), visible.has_journey)
    files = found.edition.journeys.files
    screens = {box.name: [f"{box.name}.{one}" for one in files[box.name].screens] for box in chart.boxes}
    rows = [(files[name], *(one(screens[name]) for one in marks.values())) for name in screens]
    drawing = draw_chart(chart, lambda name: marks[aspect.name](screens[name]), aspect)
    warnings = [one for problems in found.warnings.values() for one in problems if visible.has_problem(one)]
    empty = journeys_without_data(found.edition, desk.menus.current.empty)
    context: dict[str, Any] = {
        "rows": rows,
        "drawing": drawing,
        "aspect": aspect,
        "warnings": warnings,
        "broken": list(filter(visible.has_problem, desk.change_feed.problems)),
        "empty": [one for one in empty if visible.has_journey(one.name)],
    }
    return render(request, visitor, "map.html", aspects=ASPECTS, signs=SIGNS, **context)


async def show_journey(request: web.Request, visitor: CurrentUser) -> web.Response:
    """Show one journey."""
    desk, found, aspect = await _map_request(request)
    name = request.match_info["journey"]
    if name not in found.edition.journeys.files:
        return render(request, visitor, "map_unknown.html", status=404, what="de parcours", name=name)
    marks = await _all_marks(desk, found, problems_by_screen(desk.change_feed.problems, found.edition))
    visible = await visible_files(desk, visitor)
    chart = only_visible(journey_chart(found.edition, name), visible.has_journey)
    drawing = draw_chart(chart, lambda screen: marks[aspect.name]([screen]), aspect)
    out = {box.name: [arrow for arrow in chart.arrows if arrow.start == box.name] for box in chart.boxes}
    rows = [
        (box, out[box.name], *(one([box.name]) for one in marks.values())) for box in chart.boxes if not box.outside
    ]
    broken = list(filter(visible.has_problem, desk.change_feed.problems))
    context: dict[str, Any] = {"rows": rows, "drawing": drawing, "aspect": aspect, "broken": broken}
    context["title_of"] = partial(screen_title, found.edition)
    context["journey"], context["sorts"], context["into"] = (
        found.edition.journeys.files[name],
        SORT_LABELS,
        [arrow for arrow in _into(found, chart, name) if visible.has_journey(arrow.start)],
    )
    return render(request, visitor, "map_journey.html", aspects=ASPECTS, signs=SIGNS, **context)


async def _map_request(request: web.Request) -> tuple[AdminContext, EditionStatus, Aspect]:
    desk = request.config_dict[ADMIN_CONTEXT]
    found = await request.config_dict[SCREEN_STATUS].current(desk)
    return desk, found, ASPECTS.get(request.query.get("couleur", ""), PROBLEMS)


async def _all_marks(
    desk: AdminContext, found: EditionStatus, broken: Mapping[str, tuple[Problem, ...]]
) -> dict[str, MarkFunction]:
    """Return the marks of each aspect; if SQL does not answer, as if nothing was counted."""
    today = datetime.now(zone()).date()
    try:
        goals = found.edition.menu(SOURCE).goals
        passed = await traffic(desk.database, today - timedelta(days=DAYS - 1), today, goals)
    except SourceUnavailable:
        passed = {}
    made = (problem_marks(found, broken), language_marks(found), traffic_marks(found, passed))
    return dict(zip(ASPECTS, made, strict=True))


@lru_cache(maxsize=64)  # charts: those of the menus that are looked at now
def _layout(chart: Chart) -> Layout:
    return compute_layout(chart)


def draw_chart(chart: Chart, marked: Any, aspect: Aspect) -> Drawing:
    """Return a chart with positions and the marks of an aspect."""
    layout = _layout(chart)
    boxes = tuple(
        DrawnBox(
            *layout.boxes[box.name],
            name=cut(SORT_LABELS[box.sort] + (", autre parcours" if box.outside else ""), BOX[0] - 20, 11),
            says=wrap(box.says, BOX[0] - 20, WORDS, 2),
            whole=box.says,
            sort=box.sort,
            mark=marked(box.name),
            path=f"/bureau/{box.path}" + (f"?couleur={aspect.name}" if box.sort == "journey" else ""),
            outside=box.outside,
        )
        for box in chart.boxes
    )
    return Drawing(
        layout.width, layout.height, boxes, layout.arrows, {box.name: shorten(box.says) for box in chart.boxes}
    )


def _into(found: EditionStatus, chart: Chart, journey: str) -> list[Arrow]:
    """Return the transitions into a journey from others."""
    own = [box.name for box in chart.boxes if not box.outside]
    every = (arrow for name in own for arrow in arrows_to(found.edition, name))
    return [arrow for arrow in every if arrow.start.partition(".")[0] != journey]


WAYS: Final = (Route("GET", "/plan", "view", show_map), Route("GET", "/plan/{journey}", "view", show_journey))
