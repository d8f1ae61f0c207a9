"""The outbox page: numbers of messages by state, reasons of failures, and pauses of a gateway or an announcement.

It shows no phone number and no text of a message (channels/outbox/statistics.py). `zin outbox` prints and does the
same.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import web

from admin.context import ADMIN_CONTEXT
from admin.outbox.failure_reasons import describe_failure
from admin.permissions import CurrentUser
from admin.routes import Act, Route
from admin.templating import form, render
from channels.outbox.pauses import CannotPause, Pauses
from channels.outbox.statistics import outbox_statistics
from reporting.sending_time import warn_of_announcement, warn_of_queue

HOME: Final = "/bureau/messages"
DONE: Final = {"pause": "En pause : rien n'en part avant la reprise.", "reprise": "C'est reparti."}
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
    done = DONE.get(request.query.get("fait", ""), "")
    context = {"standing": found, "states": STATES, "meant": describe_failure, "wrong": wrong, "done": done}
    context |= {
        "slow": {one.topic: warn_of_announcement(one.pending, pace) for one in found.broadcasts},
        "slow_queue": warn_of_queue(found.sms_to_send, pace),
    }
    return render(request, visitor, "messages.html", status=status, **context)


def _perform(what: str, do: Callable[[Pauses, str, str], Awaitable[None]]) -> Act:
    """Return a handler that runs the action on the name in the form."""

    async def act(request: web.Request, visitor: CurrentUser) -> web.StreamResponse:
        named = str((await form(request)).get("name", ""))
        try:
            await do(Pauses(request.config_dict[ADMIN_CONTEXT].database), visitor.name, named)
        except CannotPause as wrong:
            return await show(request, visitor, str(wrong), 409)
        return web.Response(status=303, headers={"Location": f"{HOME}?fait={what}"})

    return act


WAYS: Final = (
    Route("GET", "/messages", "view", show),
    Route("POST", "/messages/pause", "messages", _perform("pause", Pauses.pause)),
    Route("POST", "/messages/reprise", "messages", _perform("reprise", Pauses.resume)),
)
