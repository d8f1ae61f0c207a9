"""« Un message n'est pas arrivé » : who assists citizens types a number and why, and reads what became of each message.

The number comes in the body of a form, so that it stands in no address and no log, and the page does not repeat it.
"""

from __future__ import annotations

from typing import Final

from aiohttp import web

from admin.context import ADMIN_CONTEXT
from admin.outbox.failure_reasons import NOTHING, FailureReason, describe_failure
from admin.outbox.outbox_page import NAMES, STATES
from admin.permissions import CurrentUser
from admin.routes import Route
from admin.templating import form, render
from channels.outbox.number_lookup import CannotLookUp, NumberLookup, SentMessage
from channels.outbox.queries import ENDED
from database.encryption import Seal
from state.identity import Pseudonyms

TEMPLATE: Final = "message_lookup.html"
UNKNOWN: Final = FailureReason(
    "la passerelle l'a refusé, dans ses propres mots", "Écrire à la passerelle, avec l'heure et cette raison."
)
PAUSED: Final = FailureReason(
    "les envois sont en pause", "Demander à qui les a arrêtés quand ils reprennent (page Messages)."
)
OF_STATE: Final = {
    "queued": FailureReason("il attend son tour", "Rien à faire : il part dans l'ordre."),
    "sending": FailureReason("il part en ce moment", "Rien à faire : regarder de nouveau dans une minute."),
    "sent": FailureReason(
        "la passerelle l'a pris, et n'a pas dit s'il est arrivé",
        "Demander si le téléphone est allumé, a du réseau et de la place pour des messages.",
    ),
    "delivered": FailureReason(
        "le téléphone l'a reçu", "Demander de chercher dans les messages reçus, à l'heure de la remise."
    ),
    "expired": FailureReason("il n'a pas pu partir à temps", "Demander à la personne d'appeler de nouveau."),
}


async def show(request: web.Request, visitor: CurrentUser) -> web.Response:
    """Show the form."""
    return _page(request, visitor)


async def find(request: web.Request, visitor: CurrentUser) -> web.Response:
    """Look a number up."""
    desk, given = request.config_dict[ADMIN_CONTEXT], await form(request)
    secrets, why = desk.settings.secrets, str(given.get("why", ""))
    lookup = NumberLookup(desk.database, Seal(*secrets.rest), Pseudonyms(secrets.pepper))
    try:
        found = await lookup.find(visitor.name, str(given.get("number", "")), why)
    except CannotLookUp as wrong:
        return _page(request, visitor, 409, wrong=str(wrong), why=why)
    return _page(request, visitor, found=found)


def meaning_of(message: SentMessage) -> FailureReason:
    """Return where a message is, or why it did not arrive, and what to do about it."""
    if message.is_paused:
        return PAUSED
    if message.state in ("sent", "delivered") or not message.why:
        return OF_STATE.get(message.state) or FailureReason("sans raison donnée", NOTHING)
    return describe_failure(message.gateway, message.why) or UNKNOWN


def _page(request: web.Request, visitor: CurrentUser, status: int = 200, **context: object) -> web.Response:
    usual = {"found": None, "wrong": "", "why": "", "names": NAMES, "states": STATES, "days": ENDED.days}
    return render(request, visitor, TEMPLATE, status=status, meaning_of=meaning_of, **{**usual, **context})


WAYS: Final = (
    Route("GET", "/messages/retrouver", "support", show),
    Route("POST", "/messages/retrouver", "support", find),
)
