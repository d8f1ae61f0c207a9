"""The audit page: actions of operators, the newest first, and a check of the chain."""

from __future__ import annotations

from typing import Final

from aiohttp import web

from accounts.audit import Audit
from accounts.refusals import MARK
from admin.context import ADMIN_CONTEXT
from admin.permissions import CurrentUser
from admin.routes import Route
from admin.templating import render
from reporting.french import format_hour
from results.visibility import visible_entries

MAX_ENTRIES: Final = 200
ACTION_LABELS: Final = {
    "operators add": "compte ouvert",
    "operators close": "compte fermé",
    "operators password": "mot de passe changé",
    "sign-in": "connexion",
    "sign-in locked": "connexion, bloquée un quart d'heure",
    "menus stage": "menus préparés",
    "menus publish": "menus publiés",
    "menus rollback": "menus d'avant remis",
    "results import": "résultats importés",
    "results approve": "résultats approuvés",
    "results publish": "résultats publiés",
    "results withdraw": "résultats retirés",
    "results discard": "brouillon abandonné",
    "results close": "session fermée",
    "registers import": "fichier d'un registre importé",
    "registers undo": "import d'un registre annulé",
    "registers write": "lignes d'un registre écrites",
    "outbox pause": "envoi mis en pause",
    "outbox resume": "envoi repris",
    "outbox cancel": "messages en attente annulés",
    "messages look up": "messages à un numéro recherchés",
    "restore": "sauvegarde restaurée",
    "journeys record": "parcours enregistré",
    "services import": "services importés dans les fiches",
    "trial real files": "vrais dossiers vus à l'essai",
}


async def show(request: web.Request, visitor: CurrentUser) -> web.Response:
    """Show the newest entries; with `?verifier`, also check the chain."""
    audit = Audit(request.config_dict[ADMIN_CONTEXT].database)
    entries = await visible_entries(audit.database, list(reversed(await audit.last(MAX_ENTRIES))), visitor.operator)
    found = await audit.verify() if "verifier" in request.query else None
    return render(
        request, visitor, "audit.html", entries=entries, found=found, action_label=action_label, moment=moment
    )


def action_label(action: str) -> str:
    """Return an action in French words for operators; "" if it has none."""
    if not action.startswith(MARK):
        return ACTION_LABELS.get(action, "")
    return f"refusé : {ACTION_LABELS.get(action.removeprefix(MARK), 'demande au bureau')}"


def moment(at: object) -> str:
    """Return day and hour of an entry from Unix milliseconds; an invalid value is shown unchanged."""
    try:
        return format_hour(at / 1000)  # type: ignore[operator]  # a hand in the table may have put anything there
    except (TypeError, ValueError, OverflowError, OSError):
        return str(at)


WAYS: Final = (Route("GET", "/journal", "view", show),)
