"""The statistics page: usage of all citizens together, for any days, as charts with tables, and as a CSV file."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from aiohttp import web
from markupsafe import Markup

from admin.analytics import usage_report
from admin.analytics.period import NoPeriod, Period, parse_period
from admin.analytics.period_report import load_report, sources_of
from admin.analytics.visible_figures import visible_figures
from admin.context import ADMIN_CONTEXT
from admin.csv_text import csv_answer
from admin.permissions import CurrentUser
from admin.question_names import question_name
from admin.routes import Route
from admin.templating import render
from analytics.counters import Figure, day_of
from analytics.repository import Totals, every, over_time
from database.interface import Database
from reporting.charts import Words, bars
from reporting.french import format_number

HEADINGS: Final = ("jour", "heure", "quoi", "de", "combien")
WHAT: Final = {
    "calls": "appels", "hops": "échanges", "served": "aboutis", "language": "langue", "network": "réseau",
    "arrived": "écran vu", "went_on": "écran quitté pour un autre", "missed": "saisie non comprise",
    "asked": "réponse de source", "sent": "message parti", "parts": "parties de SMS",
    "opinion": "avis",
    "answer_seconds": "secondes jusqu’à la première réponse", "answer_hops": "échanges jusqu’à la première réponse",
    "read": "réponse lue", "nothing": "recherche sans résultat",
    "sought": "mots cherchés en vain", "refused": "refus à qui devine",
}  # fmt: skip


async def show(request: web.Request, visitor: CurrentUser) -> web.Response:
    """Show the statistics of the period in the address."""
    now, wrong = day_of(time.time()), ""
    try:
        asked = parse_period(request.query, now)
    except NoPeriod as no:
        asked, wrong = parse_period({}, now), str(no)
    desk = request.config_dict[ADMIN_CONTEXT]
    report = await load_report(await sources_of(desk, visitor), asked, now)
    found = report.found
    page = {
        "period": asked, "wrong": wrong, "today": now, "report": report,
        "over": await _over(desk.database, asked), "shares": _shares(found, desk.menus.current.offered),
        "questions": usage_report.questions(found),
        "asked_plot": _asked_plot(found), "sent": found.get("sent", {}), "names": usage_report.NAMES,
        "sought": sorted(found.get("sought", {}).items(), key=lambda row: (-row[1], row[0])),
        "nothing": sum(found.get("nothing", {}).values()), "svg": Markup,
    }  # fmt: skip
    return render(request, visitor, "figures.html", status=400 if wrong else 200, **page)


async def export(request: web.Request, visitor: CurrentUser) -> web.Response:
    """Return the counters of the period by the hour as CSV for a French spreadsheet: semicolons, and UTF-8 with a
    BOM.
    """
    try:
        asked = parse_period(request.query, day_of(time.time()))
    except NoPeriod as no:
        return web.Response(status=400, text=f"{no}\n")
    desk = request.config_dict[ADMIN_CONTEXT]
    sees, rows = await visible_figures(desk, visitor), await every(desk.database, asked.first, asked.last)
    return csv_answer(f"zin-{asked.name}.csv", csv_rows(one for one in rows if sees(one.what, one.of)))


def csv_rows(rows: Iterable[Figure]) -> Iterator[Sequence[object]]:
    """Yield the headings, then a row for each counter."""
    yield HEADINGS
    yield from ([str(one.day), one.hour, WHAT.get(one.what, one.what), one.of, one.many] for one in rows)


def _shares(found: Totals, offered: Mapping[str, str]) -> list[usage_report.Shares]:
    return [
        usage_report.shares("canaux", "Par canal", found.get("calls", {})),
        usage_report.shares(
            "langues", "Par langue", {offered.get(of, of): many for of, many in found.get("language", {}).items()}
        ),
        usage_report.shares("reseaux", "Par réseau", found.get("network", {})),
    ]


async def _over(database: Database, asked: Period) -> dict[str, Any]:
    """Return calls by the hour of all days together, and by the day of a month or the month of a longer period."""
    numbers = await over_time(database, "calls", asked.first, asked.last)
    hours = [(f"{hour} h", sum(many for (_, at), many in numbers.items() if at == hour)) for hour in range(24)]
    days = usage_report.by_day_or_month(asked, numbers)
    return {
        "hours": hours,
        "hours_plot": usage_report.time_chart("heures", "Appels heure par heure", hours),
        "days": days,
        "days_title": "Jour par jour" if asked.days <= usage_report.MAX_DAYS else "Mois par mois",
        "days_plot": usage_report.time_chart("jours", "Appels au fil du temps", days) if days else "",
    }


def _asked_plot(found: Totals) -> str:
    rows = [(question_name(one.question), float(one.answers)) for one in usage_report.questions(found)]
    about = ", ".join(f"{question} : {answers:.0f}" for question, answers in rows)
    return bars(Words("sources", "Réponses de chaque source", about), rows, format_number) if rows else ""


WAYS: Final = (Route("GET", "/chiffres", "view", show), Route("GET", "/chiffres.csv", "view", export))
