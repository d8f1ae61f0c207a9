"""What waits for people at the desk: each kind of thing from the services that its own page uses.

A task names the permission of who can do it, so that the page puts what waits for its reader first, and who may do it
is notified of it (admin/start/task_finder.py).
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import timedelta
from typing import Final

from admin.analytics.journey_report import funnels
from admin.analytics.visible_figures import only_seen, visible_figures
from admin.context import AdminContext
from admin.menus.decisions import Decision, decision_of, schedules
from admin.permissions import CurrentUser
from admin.results.results_page import visibility_of
from admin.start.task import Task
from admin.start.waiting_languages import language_tasks
from admin.start.waiting_messages import gateway_tasks, message_tasks, notification_tasks
from admin.translating.languages_page import draft_of
from admin.visible_files import VisibleFiles, is_visible_version, visible_files
from analytics.counters import day_of
from analytics.repository import totals
from notifications.task_kinds import Waiting
from reporting.french import format_count, format_hour
from results.ministries import ministry_of_set
from results.overview import ResultSet, load_overview

DAYS: Final = 7  # of the figures that are looked at
FEW: Final = 20  # citizens on a screen; fewer say nothing about it
MOST_LEAVE: Final = 50  # per cent of the citizens of a screen who went no further
NEXT: Final = {"draft": "Résultats à approuver", "approved": "Résultats sans heure"}  # by the state of a file
Find = Callable[[AdminContext, CurrentUser, VisibleFiles], Awaitable[list[Task]]]


async def waiting(desk: AdminContext, visitor: CurrentUser, finders: Sequence[Find] | None = None) -> list[Task]:
    """Return all that waits and this user may see, the most urgent kinds first. Raises SourceUnavailable."""
    visible = await visible_files(desk, visitor)
    found = [await find(desk, visitor, visible) for find in finders or ALL]
    return [task for tasks in found for task in tasks]


async def _messages(desk: AdminContext, visitor: CurrentUser, visible: VisibleFiles) -> list[Task]:
    return [*await gateway_tasks(desk), *await message_tasks(desk, visitor)]


async def _notifications(desk: AdminContext, visitor: CurrentUser, visible: VisibleFiles) -> list[Task]:
    return await notification_tasks(desk)


async def _results(desk: AdminContext, visitor: CurrentUser, visible: VisibleFiles) -> list[Task]:
    shown, now = await visibility_of(desk, visitor), time.time()
    tasks = []
    for session in shown.filter_sessions(await load_overview(desk.database)):
        is_foreign = not visitor.scope.may_change(ministry_of_set(session.code, shown.ministries))
        states = ((one, session.standing(one, now)) for one in session.sets)
        tasks += [_result_set(one, state, visitor, is_foreign=is_foreign) for one, state in states if state in NEXT]
    return tasks


def _result_set(one: ResultSet, state: str, visitor: CurrentUser, *, is_foreign: bool) -> Task:
    """Return what is next for a file of results: that it is approved, or given its hour."""
    who = f"importé par {one.imported_by} le {format_hour(one.imported_at)}"
    by = one.imported_by if state == "draft" else one.approved_by
    is_barred = is_foreign or (state == "draft" and by == visitor.name)
    notified = Waiting("results", f"{one.id} {state}")
    what = f"{NEXT[state]} : {one.id}"
    return Task(what, f"/resultats/{one.id}", "approve", who, notified, frozenset({by}), is_barred)


async def _faults(desk: AdminContext, visitor: CurrentUser, visible: VisibleFiles) -> list[Task]:
    return list(_problems(desk, visible))


def _problems(desk: AdminContext, visible: VisibleFiles) -> Iterator[Task]:
    feed = desk.change_feed
    for found, what in ((feed.problems, "menus"), (feed.translation_problems, "traductions")):
        if problems := [one for one in found if visible.has_problem(one)]:
            count = format_count(len(problems), "faute")
            yield Task(f"{count} dans les fichiers des {what}", "/menus", "menus", str(problems[0].what))


async def _versions(desk: AdminContext, visitor: CurrentUser, visible: VisibleFiles) -> list[Task]:
    tasks = [
        Task(
            f"Publication manquée à son heure : {one.version[:12]}",
            f"/menus/{one.version}",
            "menus",
            one.failure,
            Waiting("returned", one.version),
        )
        for one in await schedules(desk).all()
        if one.failure and await is_visible_version(desk, visible, one.version)
    ]
    staged = [
        one for one in await desk.versions.repository.staged() if await is_visible_version(desk, visible, one.version)
    ]
    decision = await decision_of(desk, staged[0].version) if staged else None
    if decision and not (decision.state.is_open and decision.schedule):
        files = await desk.versions.repository.files(decision.staged.version)
        tasks.append(_decision(decision, visitor, is_foreign=not visible.may_change_version(files)))
    return tasks


def _decision(decision: Decision, visitor: CurrentUser, *, is_foreign: bool) -> Task:
    """Return what is next for a staged version: that it is approved, or published."""
    state, version, why = decision.state, decision.staged.version, decision.staged.why
    address, approval = f"/menus/{version}", state.approval
    if state.is_open:
        by = frozenset({approval.by} if approval else state.writers)
        return Task("Menus prêts à publier", address, "menus", why, Waiting("ready", version), by, is_foreign)
    what, is_barred = f"Menus à approuver ({decision.needed})", is_foreign or visitor.name in state.writers
    return Task(what, address, "decide", why, Waiting("menus", version), state.writers, is_barred)


async def _draft(desk: AdminContext, visitor: CurrentUser, visible: VisibleFiles) -> list[Task]:
    draft = await draft_of(desk)
    if draft and (changed := [path for path in draft.changed if visible.has(path)]):
        count = format_count(len(changed), "fichier")
        return [Task(f"Le brouillon change {count} : à proposer ou à abandonner", "/brouillon", "menus")]
    return []


async def _languages(desk: AdminContext, visitor: CurrentUser, visible: VisibleFiles) -> list[Task]:
    return await language_tasks(desk, visitor, visible)


async def _journeys(desk: AdminContext, visitor: CurrentUser, visible: VisibleFiles) -> list[Task]:
    today, tasks = day_of(time.time()), []
    counted = await totals(desk.database, today - timedelta(days=DAYS - 1), today)
    for funnel in funnels(only_seen(counted, await visible_figures(desk, visitor)), desk.menus.current):
        for step in funnel.steps:
            if step.passage.arrived >= FEW and step.share >= MOST_LEAVE:
                what = f"{funnel.title} : {step.share} % s'arrêtent à l'écran « {step.words} »"
                tasks.append(Task(what, "/chiffres", "menus", f"depuis {DAYS} jours"))
    return tasks


# Of whose tasks people are notified; the most urgent kinds first.
NOTIFIED: Final[Sequence[Find]] = (_messages, _results, _versions, _languages)
ALL: Final[Sequence[Find]] = (_messages, _notifications, _results, _faults, _versions, _draft, _languages, _journeys)
