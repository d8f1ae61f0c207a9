"""The outbox page: numbers of messages by state, reasons of failures, and pauses of a gateway or an announcement.

It shows no phone number and no text of a message (channels/outbox/statistics.py). `zin outbox` prints and does the
same. A gateway sends for all ministries: an account of one pauses the announcements of its own exams only.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Final

from aiohttp import web

from admin.context import ADMIN_CONTEXT, AdminContext
from admin.outbox.failure_reasons import describe_failure
from admin.permissions import CurrentUser
from admin.routes import Act, Route
from admin.templating import form, render
from channels.outbox.pauses import CannotPause, NotYourMinistry, Pauses
from channels.outbox.statistics import outbox_statistics
from reporting.sending_time import warn_of_announcement, warn_of_queue
from results.ministries import exam_ministries, ministry_of_topic

HOME: Final = "/bureau/messages"
MAX_WHY: Final = 160  # characters
DONE: Final = {"pause": "En pause : rien n'en part avant la reprise.", "reprise": "C'est reparti."}
NAMES: Final = {"sms": "SMS", "whatsapp": "WhatsApp", "telegram": "Telegram"}
STATES: Final = {  # of one message, and of several
    "queued": ("en attente", "en attente"),
    "sending": ("en cours d'envoi", "en cours d'envoi"),
    "sent": ("pris par la passerelle", "pris par la passerelle"),
    "delivered": ("remis", "remis"),
    "failed": ("échoué", "échoués"),
    "expired": ("trop tard", "trop tard"),
    "cancelled": ("pas envoyé", "pas envoyés"),
}


async def show(request: web.Request, visitor: CurrentUser, wrong: str = "", status: int = 200) -> web.Response:
    """Show the statistics of the outbox."""
    desk = request.config_dict[ADMIN_CONTEXT]
    found, pace = await outbox_statistics(desk.database), desk.settings.sms_per_second
    whose, scope = await whose_messages(desk), visitor.scope
    done = DONE.get(request.query.get("fait", ""), "")
    context: dict[str, object] = {"standing": found, "states": STATES, "names": NAMES, "wrong": wrong, "done": done}
    context |= {
        "broadcasts": [one for one in found.broadcasts if scope.may_see(whose(one.topic))],
        "may_pause": lambda name: visitor.has_permission("messages") and scope.may_change(whose(name)),
        "describe_failure": describe_failure,
        "slow": {one.topic: warn_of_announcement(one.pending, pace) for one in found.broadcasts},
        "slow_queue": warn_of_queue(found.sms_to_send, pace),
    }
    return render(request, visitor, "messages.html", status=status, **context)


async def whose_messages(desk: AdminContext) -> Callable[[str], str]:
    """Return what gives the ministry of a gateway or topic, "" for all."""
    ministries = exam_ministries((await desk.versions.active_settings(desk.settings)).menus)
    return partial(ministry_of_topic, ministries=ministries)


def _perform(what: str, do: Callable[[Pauses, str, Mapping[str, object]], Awaitable[None]]) -> Act:
    """Return a handler that runs the action with the form."""

    async def act(request: web.Request, visitor: CurrentUser) -> web.StreamResponse:
        desk = request.config_dict[ADMIN_CONTEXT]
        pauses = Pauses(desk.database, whose=await whose_messages(desk))
        try:
            await do(pauses, visitor.name, await form(request))
        except NotYourMinistry as wrong:
            return await show(request, visitor, str(wrong), 403)
        except CannotPause as wrong:
            return await show(request, visitor, str(wrong), 409)
        return web.Response(status=303, headers={"Location": f"{HOME}?fait={what}"})

    return act


async def _pause(pauses: Pauses, by: str, given: Mapping[str, object]) -> None:
    why = str(given.get("why", "")).strip()
    if not why:
        raise CannotPause("Dites pourquoi rien ne doit partir : le journal le garde.")
    if len(why) > MAX_WHY:
        raise CannotPause(f"La raison a {len(why)} signes : {MAX_WHY} au plus.")
    await pauses.pause(by, str(given.get("name", "")), why)


async def _resume(pauses: Pauses, by: str, given: Mapping[str, object]) -> None:
    await pauses.resume(by, str(given.get("name", "")))


WAYS: Final = (
    Route("GET", "/messages", "view", show),
    Route("POST", "/messages/pause", "messages", _perform("pause", _pause)),
    Route("POST", "/messages/reprise", "messages", _perform("reprise", _resume)),
)
