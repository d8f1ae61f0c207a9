"""What waits for people at the desk: each kind of thing from the services that its own page uses.

A task names the permission of who can do it, so that the page puts what waits for its reader first.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from admin.analytics.journey_report import funnels
from admin.analytics.visible_figures import only_seen, visible_figures
from admin.context import AdminContext
from admin.menus.decisions import decision_of, schedules
from admin.outbox.failure_reasons import describe_failure
from admin.outbox.outbox_page import NAMES, whose_messages
from admin.permissions import CurrentUser, Permission
from admin.results.results_page import visibility_of
from admin.translating.languages_page import draft_of, language_lines
from admin.visible_files import VisibleFiles, is_visible_version, visible_files
from analytics.counters import day_of
from analytics.repository import totals
from authoring.translating.language_texts import State
from channels.outbox.pauses import Paused
from channels.outbox.statistics import outbox_statistics
from channels.routing.route_overview import route_lines
from channels.routing.route_words import describe_condition
from channels.sms_gateways import known_routes
from reporting.french import format_count, format_hour
from results.overview import load_overview

LATE: Final = 15 * 60.0  # seconds that a message may wait before the page names it
DAYS: Final = 7  # of the figures that are looked at
FEW: Final = 20  # citizens on a screen; fewer say nothing about it
MOST_LEAVE: Final = 50  # per cent of the citizens of a screen who went no further
TO_REVIEW: Final[tuple[State, ...]] = ("draft", "attested")
TO_TRANSLATE: Final[tuple[State, ...]] = ("missing", "old", "faulty")


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that waits: what it is, where it is done, and what it takes."""

    what: str
    address: str
    permission: Permission
    detail: str = ""


async def waiting(desk: AdminContext, visitor: CurrentUser) -> list[Task]:
    """Return all that waits and this user may see, the most urgent kinds first. Raises SourceUnavailable."""
    visible = await visible_files(desk, visitor)
    found = [
        await _gateways(desk),
        await _messages(desk, visitor),
        await _results(desk, visitor),
        list(_faults(desk, visible)),
        await _menus(desk, visible),
        await _languages(desk, visible),
        await _journeys(desk, visitor),
    ]
    return [task for tasks in found for task in tasks]


async def _gateways(desk: AdminContext) -> list[Task]:
    table, known = known_routes(desk.settings)
    lines = await route_lines(desk.database, table, known)
    return [
        Task(f"La passerelle {one.title} : {describe_condition(one)}", "/messages/passerelles", "messages")
        for one in lines
        if one.condition in ("rests", "silent", "incomplete")
    ]


async def _messages(desk: AdminContext, visitor: CurrentUser) -> list[Task]:
    found, whose = await outbox_statistics(desk.database), await whose_messages(desk)
    pauses = (*(one.paused for one in found.gateways), *(one.paused for one in found.broadcasts))
    tasks = [_paused(one) for one in pauses if one and visitor.scope.may_see(whose(one.name))]
    late = [one for one in found.gateways if one.oldest is not None and one.oldest > LATE and not one.paused]
    tasks += [
        Task(f"Des messages attendent ({NAMES.get(one.name, one.name)})", "/messages", "messages") for one in late
    ]
    for one in found.failures:
        meaning = describe_failure(one.gateway, one.why)
        if one.state == "queued" and meaning and one.why not in ("paused", "no_turn", "restart"):
            what = f"{format_count(one.many, 'message attend', 'messages attendent')} : {meaning.words}"
            tasks.append(Task(what, "/messages", "messages", meaning.advice))
    return tasks


def _paused(one: Paused) -> Task:
    return Task(f"« {NAMES.get(one.name, one.name)} » est en pause", "/messages", "messages", f"par {one.paused_by}")


async def _results(desk: AdminContext, visitor: CurrentUser) -> list[Task]:
    shown, now = await visibility_of(desk, visitor), time.time()
    tasks = []
    for session in shown.filter_sessions(await load_overview(desk.database)):
        for one in session.sets:
            state, who = session.standing(one, now), f"importé par {one.imported_by} le {format_hour(one.imported_at)}"
            if state == "draft":
                tasks.append(Task(f"Résultats à approuver : {one.id}", f"/resultats/{one.id}", "approve", who))
            elif state == "approved":
                tasks.append(Task(f"Résultats sans heure : {one.id}", f"/resultats/{one.id}", "approve", who))
    return tasks


def _faults(desk: AdminContext, visible: VisibleFiles) -> Iterator[Task]:
    feed = desk.change_feed
    for found, what in ((feed.problems, "menus"), (feed.translation_problems, "traductions")):
        if problems := [one for one in found if visible.has_problem(one)]:
            count = format_count(len(problems), "faute")
            yield Task(f"{count} dans les fichiers des {what}", "/menus", "menus", str(problems[0].what))


async def _menus(desk: AdminContext, visible: VisibleFiles) -> list[Task]:
    tasks = [
        Task(f"Publication manquée à son heure : {one.version[:12]}", f"/menus/{one.version}", "menus", one.failure)
        for one in await schedules(desk).all()
        if one.failure and await is_visible_version(desk, visible, one.version)
    ]
    staged = [
        one for one in await desk.versions.repository.staged() if await is_visible_version(desk, visible, one.version)
    ]
    decision = await decision_of(desk, staged[0].version) if staged else None
    if decision and decision.state.is_open and not decision.schedule:
        tasks.append(_version("Menus prêts à publier", decision.staged.version, "menus", decision.staged.why))
    elif decision and not decision.state.is_open:
        what = f"Menus à approuver ({decision.needed})"
        tasks.append(_version(what, decision.staged.version, "decide", decision.staged.why))
    draft = await draft_of(desk)
    if draft and (changed := [path for path in draft.changed if visible.has(path)]):
        count = format_count(len(changed), "fichier")
        tasks.append(Task(f"Le brouillon change {count} : à proposer ou à abandonner", "/brouillon", "menus"))
    return tasks


def _version(what: str, version: str, permission: Permission, why: str) -> Task:
    return Task(what, f"/menus/{version}", permission, why)


async def _languages(desk: AdminContext, visible: VisibleFiles) -> list[Task]:
    draft, offered = await draft_of(desk), desk.menus.current.offered
    lines = await asyncio.to_thread(language_lines, draft, visible) if draft else []
    tasks = []
    for one in lines:
        unread = sum(one.counts.get(state, 0) for state in TO_REVIEW)
        if unread and one.language.code in offered:
            count, address = format_count(unread, "texte", "textes"), _language(one.language.code)
            tasks.append(Task(f"{one.language.name} : {count} à relire", address, "review"))
        left = sum(one.counts.get(state, 0) for state in TO_TRANSLATE)
        if left and one.language.code in offered:
            count = format_count(left, "texte", "textes")
            tasks.append(Task(f"{one.language.name} : {count} à traduire", _language(one.language.code), "translate"))
    return tasks


def _language(code: str) -> str:
    return f"/traduire/{code}"


async def _journeys(desk: AdminContext, visitor: CurrentUser) -> list[Task]:
    today, tasks = day_of(time.time()), []
    counted = await totals(desk.database, today - timedelta(days=DAYS - 1), today)
    for funnel in funnels(only_seen(counted, await visible_figures(desk, visitor)), desk.menus.current):
        for step in funnel.steps:
            if step.passage.arrived >= FEW and step.share >= MOST_LEAVE:
                what = f"{funnel.title} : {step.share} % s'arrêtent à l'écran « {step.words} »"
                tasks.append(Task(what, "/chiffres", "menus", f"depuis {DAYS} jours"))
    return tasks
