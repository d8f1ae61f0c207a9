"""Exam results in the admin site: the imported files of each session, their reports and publications.

Actions are in admin/results/results_actions.py.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from aiohttp import web

from admin.context import ADMIN_CONTEXT, AdminContext
from admin.permissions import CurrentUser
from admin.results.results_forms import read_text_fields
from admin.routes import Route
from admin.templating import render
from catalog.entries import Exam, read_exams
from reporting.sending_time import warn_of_announcement
from reporting.time_zone import zone
from results.announcer import count_subscribers
from results.differences import describe_differences
from results.importing.report import report_lines
from results.importing.service import find_exam, verdict_texts
from results.importing.tally import Report, parse_report
from results.ministries import exam_ministries
from results.overview import NoSuchSet, ResultSet, load_overview
from results.publishing import Publishing
from results.refusals import PublicationRefused
from results.visibility import Visibility, find_visible_set, load_visibility
from spreadsheets.sheet import FileBroken

DONE: Final = {
    "importe": "Brouillon gardé. Une autre personne doit maintenant l'approuver.",
    "approuve": "Approuvé. Il reste à donner l'heure.",
    "publie": "Publié. Ce qui l'était avant pour ces candidats ne l'est plus ; si l'heure est à venir, jusque-là rien "
    "n'est dit.",
    "abandonne": "Abandonné : ses lignes sont effacées.",
    "ferme": "Fermée : la session n'est plus dans la liste des examens.",
    "retire": "Retiré. Les citoyens lisent « pas encore publié » dans la seconde.",
}


async def show(request: web.Request, visitor: CurrentUser, wrong: str = "", status: int = 200) -> web.Response:
    """Show every session, and the form of an import."""
    desk = request.config_dict[ADMIN_CONTEXT]
    shown = await visibility_of(desk, visitor)
    sessions = shown.filter_sessions(await load_overview(desk.database))
    served = await desk.versions.active_settings(desk.settings)
    known = read_exams(served.menus / "exams")
    read = {name: exam for name, exam in known.items() if visitor.scope.may_see(exam.ministry or "")}
    exams, named = {name: exam.name for name, exam in read.items()}, {one for e in read.values() for one in e.sessions}
    given = {"wrong": wrong, "done": DONE.get(request.query.get("fait", ""), ""), "now": time.time()}
    year = datetime.now(zone()).year
    listed = {"sessions": sessions, "exams": exams, "names": sorted(named), "year": year}
    return render(request, visitor, "results.html", status=status, **listed, **given)


async def show_set(request: web.Request, visitor: CurrentUser, wrong: str = "", status: int = 200) -> web.Response:
    """Show one file: its report, its changes, and the actions this user may take."""
    desk = request.config_dict[ADMIN_CONTEXT]
    try:
        shown = await visibility_of(desk, visitor)
        found, written = await find_visible_set(desk.database, request.match_info["named"], shown)
    except NoSuchSet as none:
        return render(request, visitor, "refused.html", status=404, message=str(none))
    drawn, barred = await _drawn(desk, found, visitor)
    report = _report(found, written)
    exam = find_exam(await desk.versions.active_settings(desk.settings), found.id)
    given = {
        "file": found,
        "standing": await _standing(desk, found),
        "lines": _lines(found, report, shown),
        "changes": await _changes(desk, found, exam),
        "pace": await _pace(desk, found),
        "departments": [name for name in report.counts.departments if name] if report else [],
        "verdicts": verdict_texts(exam),
        "drawn": drawn,
        "barred": barred,
        "wrong": wrong,
        "done": DONE.get(request.query.get("fait", ""), ""),
        "typed": await read_text_fields(request) if wrong else {},
    }
    return render(request, visitor, "result_set.html", status=status, **given)


async def _changes(desk: AdminContext, found: ResultSet, exam: Exam | None) -> Sequence[str]:
    """Return what a draft would change in the published results."""
    if found.state != "draft":
        return ()
    return await describe_differences(desk.database, found.session, found.id, verdict_texts(exam))


async def _standing(desk: AdminContext, found: ResultSet) -> str:
    """Return the state of a set as citizens know it."""
    session = next((one for one in await load_overview(desk.database) if one.code == found.session), None)
    return session.standing(found, time.time()) if session else found.state


async def _drawn(desk: AdminContext, found: ResultSet, visitor: CurrentUser) -> tuple[Sequence[str], str]:
    """Return the seats that this user must read from the paper list, or the reason why they may not approve."""
    by = visitor.operator
    if found.state != "draft" or by is None or not visitor.has_permission("approve"):
        return (), ""
    try:
        return await (await publishing_of(desk)).draw_seats(by, found.id), ""
    except PublicationRefused as barred:
        return (), str(barred)


async def publishing_of(desk: AdminContext) -> Publishing:
    """Return the actions on results, with the ministries of the exams in service."""
    ministries = exam_ministries((await desk.versions.active_settings(desk.settings)).menus)
    return Publishing(desk.database, production=not desk.settings.has_sample_data, ministries=ministries)


async def visibility_of(desk: AdminContext, visitor: CurrentUser) -> Visibility:
    """Return which results this user may see now."""
    ministries = exam_ministries((await desk.versions.active_settings(desk.settings)).menus)
    return await load_visibility(desk.database, visitor.operator, time.time(), ministries)


async def _pace(desk: AdminContext, found: ResultSet) -> str:
    """Return what the announcement takes at the pace of SMS, while that can be changed; "" if it is soon done."""
    if found.state == "discarded":
        return ""
    people = await count_subscribers(desk.database, found.session)
    return warn_of_announcement(people, desk.settings.sms_per_second)


def _report(found: ResultSet, written: str) -> Report | None:
    try:
        return parse_report(found.id, written.encode())
    except FileBroken:  # sample data was brought by nobody
        return None


def _lines(found: ResultSet, report: Report | None, shown: Visibility) -> list[str]:
    """Return the report as the command line prints it.

    An approver does not see the checksum: they must get it from the author of the file.
    """
    lines = list(report_lines(report, is_public=found.id in shown.public)) if report else []
    if not shown.is_checksum_visible(found):
        return [line.replace(found.sha256, "à demander à qui a fait le fichier") for line in lines]
    return lines


WAYS: Final = (
    Route("GET", "/resultats", "view", show),
    Route("GET", "/resultats/{named}", "view", show_set),
)
