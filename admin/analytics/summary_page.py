"""The summary of a month on one page: at the desk to print, and as a file of its own to send (cli/report.py).

the report of the month (period_report.py) -> the few rows that one sheet of paper has room for -> month_summary.html
-> the desk, with the style sheet of the desk; or a file, with the same style within
"""

from __future__ import annotations

import time
from typing import Any, Final

from aiohttp import web

from admin.analytics import usage_report
from admin.analytics.period import NoPeriod, month_of, parse_period
from admin.analytics.period_report import PeriodReport, load_report, sources_of
from admin.context import ADMIN_CONTEXT
from admin.permissions import CurrentUser
from admin.routes import Route
from admin.static_files import FOLDER
from admin.templating import render, template_environment
from admin.typography import bind_spaces
from analytics.counters import day_of
from reporting.french import format_hour
from state.menu.versions import MenuVersion

MAX_SERVICES, MAX_JOURNEYS, MAX_SCREENS, MAX_PLACES = 8, 8, 5, 5  # rows: all fit on one sheet
MAX_SHARES, MAX_OPINIONS, MAX_TIMES = 4, 4, 4


async def show(request: web.Request, visitor: CurrentUser) -> web.Response:
    """Show the summary of the month in the address, by default this month."""
    desk, now, wrong = request.config_dict[ADMIN_CONTEXT], time.time(), ""
    try:
        asked = month_of(parse_period(request.query, day_of(now)).first)
    except NoPeriod as no:
        asked, wrong = month_of(day_of(now)), str(no)
    report = await load_report(await sources_of(desk, visitor), asked, day_of(now))
    context = {**summary_context(report, desk.menus.current, now), "ministry": visitor.ministry_name}
    return render(request, visitor, "month_summary.html", status=400 if wrong else 200, wrong=wrong, **context)


def summary_file(report: PeriodReport, edition: MenuVersion, now: float) -> str:
    """Return the summary as one HTML file that needs no other; now is in Unix seconds."""
    style = (FOLDER / "summary.css").read_text("utf-8")
    template = template_environment().get_template("month_summary_file.html")
    return bind_spaces(template.render(style=style, wrong="", ministry="", **summary_context(report, edition, now)))


def summary_context(report: PeriodReport, edition: MenuVersion, now: float) -> dict[str, Any]:
    """Return what the template shows."""
    found = report.found
    languages = {edition.offered.get(of, of): many for of, many in found.get("language", {}).items()}
    counted = (("Canaux", found.get("calls", {})), ("Langues", languages), ("Réseaux", found.get("network", {})))
    shares = [(title, usage_report.shares("", title, counts).rows[:MAX_SHARES]) for title, counts in counted]
    return {
        "report": report,
        "services": report.services[:MAX_SERVICES],
        "journeys": report.journeys[:MAX_JOURNEYS],
        "given_up": report.given_up[:MAX_SCREENS],
        "opinions": report.opinions.rows[:MAX_OPINIONS],
        "first_answers": report.first_answers[:MAX_TIMES],
        "departments": report.places.departments[:MAX_PLACES],
        "communes": report.places.communes[:MAX_PLACES],
        "shares": shares,
        "made": format_hour(now),
    }


WAYS: Final = (Route("GET", "/chiffres/mois", "view", show),)
