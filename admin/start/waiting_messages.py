"""What waits of messages: gateways that do not work, what waits or is paused, notifications that do not leave."""

from __future__ import annotations

from typing import Final

from admin.context import AdminContext
from admin.outbox.failure_reasons import NO_CREDIT, describe_failure
from admin.outbox.outbox_page import NAMES, whose_messages
from admin.permissions import CurrentUser
from admin.start.task import Task
from channels.outbox.pauses import Paused
from channels.outbox.statistics import outbox_statistics
from channels.routing.route_overview import route_lines
from channels.routing.route_words import describe_condition
from channels.sms_gateways import known_routes
from notifications.problems import Problem, notification_problems
from notifications.task_kinds import Waiting
from reporting.french import format_count

LATE: Final = 15 * 60.0  # seconds that a message may wait before the page names it


async def gateway_tasks(desk: AdminContext) -> list[Task]:
    """Return the gateways that do not work."""
    table, known = known_routes(desk.settings)
    lines = await route_lines(desk.database, table, known)
    return [
        Task(
            f"La passerelle {one.title} : {describe_condition(one)}",
            "/messages/passerelles",
            "messages",
            notified=Waiting("gateways", f"{one.name} {one.condition}"),
        )
        for one in lines
        if one.condition in ("rests", "silent", "incomplete")
    ]


async def message_tasks(desk: AdminContext, visitor: CurrentUser) -> list[Task]:
    """Return the pauses that this user may see, the gateways whose messages wait for long, and why messages failed that
    are tried again.
    """
    found, whose = await outbox_statistics(desk.database), await whose_messages(desk)
    pauses = (*(one.paused for one in found.gateways), *(one.paused for one in found.broadcasts))
    tasks = [_paused(one) for one in pauses if one and visitor.scope.may_see(whose(one.name))]
    for one in found.gateways:
        if one.oldest is not None and one.oldest > LATE and not one.paused:
            what = f"Des messages attendent ({NAMES.get(one.name, one.name)})"
            tasks.append(Task(what, "/messages", "messages", notified=Waiting("late", one.name)))
    for failure in found.failures:
        meaning = describe_failure(failure.gateway, failure.why)
        if failure.state == "queued" and meaning and failure.why not in ("paused", "no_turn", "restart"):
            what = f"{format_count(failure.many, 'message attend', 'messages attendent')} : {meaning.words}"
            notified = Waiting("credit", failure.gateway) if meaning.words == NO_CREDIT else None
            tasks.append(Task(what, "/messages", "messages", meaning.advice, notified))
    return tasks


async def notification_tasks(desk: AdminContext) -> list[Task]:
    """Return why notifications do not leave."""
    return [
        Task(f"{format_count(one.many, *_not_sent(one))} : {one.words}", "/comptes", "people", one.advice)
        for one in await notification_problems(desk.database)
    ]


def _not_sent(one: Problem) -> tuple[str, str]:
    return ("avis est perdu", "avis sont perdus") if one.is_over else ("avis attend", "avis attendent")


def _paused(one: Paused) -> Task:
    return Task(f"« {NAMES.get(one.name, one.name)} » est en pause", "/messages", "messages", f"par {one.paused_by}")
