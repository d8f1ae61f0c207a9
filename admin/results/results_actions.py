"""Actions on exam results: import, approve, publish, withdraw, discard.

Each action calls results/publishing.py, which has the rules for the command line too, and is recorded in the audit.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import web

from accounts.accounts import Operator
from accounts.refusals import Refused
from admin.context import ADMIN_CONTEXT
from admin.mending_file import mending_file
from admin.permissions import CurrentUser
from admin.refusals import FORM, note_form_refusal, note_refusal
from admin.results.results_forms import read_approval, read_publication, read_session, read_text_fields
from admin.results.results_page import publishing_of, show, show_set
from admin.routes import Act, Route
from admin.templating import render
from admin.uploads import uploaded_file
from channels.contracts.request_body import MAX_BYTES
from results.importing.import_process import ImportOutcome, import_file, run_in_subprocess
from results.importing.service import InvalidInput
from results.publishing import Publishing
from results.refusals import PublicationRefused
from settings import Settings
from spreadsheets.bounded_process import NotRead

HOME: Final = "/bureau/resultats"
NO_ACCOUNT: Final = "Il faut un compte à son nom pour cela."
MAX_FILE_BYTES: Final = 100_000_000  # bytes of a file: three times the greatest exam's
Do = Callable[[web.Request, Operator, Publishing], Awaitable[str]]
Again = Callable[[web.Request, CurrentUser, str, int], Awaitable[web.Response]]


def _perform(do: Do, again: Again) -> Act:
    """Return a handler that runs the action and redirects; refusals and invalid input are shown on the page."""

    async def act(request: web.Request, visitor: CurrentUser) -> web.StreamResponse:
        desk, by = request.config_dict[ADMIN_CONTEXT], visitor.operator
        if by is None:
            await note_refusal(request, visitor, FORM, NO_ACCOUNT)
            return render(request, visitor, "refused.html", status=403, message=NO_ACCOUNT)
        try:
            address = await do(request, by, await publishing_of(desk))
        except (PublicationRefused, InvalidInput, NotRead) as refused:
            await note_form_refusal(request, visitor, refused)
            return await again(request, visitor, str(refused), 409 if isinstance(refused, PublicationRefused) else 422)
        return web.Response(status=303, headers={"Location": f"{HOME}{address}"})

    return act


async def import_(request: web.Request, visitor: CurrentUser) -> web.StreamResponse:
    """Import a file as a draft if it has no problem, else show its report."""

    async def keep(request: web.Request, by: Operator, _: Publishing) -> str:
        async with uploaded_file(request) as file:
            session = await read_session(request)
            done = await run_in_subprocess(import_file, await _served(request), file, session, by)
        if not done.named:
            raise _Broken(done)
        return f"/{done.named}?fait=importe"

    try:
        return await _perform(keep, show)(request, visitor)
    except _Broken as broken:
        await note_form_refusal(request, visitor, broken)
        given = {"lines": broken.done.lines, "to_mend": mending_file(broken.done.to_mend)}
        return render(request, visitor, "result_refused.html", status=422, **given)


async def _served(request: web.Request) -> Settings:
    """Return the settings with the active menu folder, so that exams are those of the active version."""
    desk = request.config_dict[ADMIN_CONTEXT]
    return await desk.versions.active_settings(desk.settings)


class _Broken(Refused):
    """The file has problems, which the outcome of its import lists."""

    def __init__(self, done: ImportOutcome) -> None:
        super().__init__("Il y a à corriger dans le fichier.")
        self.done = done


async def approve(request: web.Request, by: Operator, publishing: Publishing) -> str:
    """Approve a draft with the form."""
    named = request.match_info["named"]
    sha256, verdicts = await read_approval(request)
    await publishing.approve(by, named, sha256, verdicts)
    return f"/{named}?fait=approuve"


async def publish(request: web.Request, by: Operator, publishing: Publishing) -> str:
    """Publish an approved set with the form."""
    named, asked = request.match_info["named"], await read_publication(request)
    await publishing.publish(by, named, asked.at, asked.department, asked.why)
    return "?fait=publie"


async def discard(request: web.Request, by: Operator, publishing: Publishing) -> str:
    """Discard a draft."""
    await publishing.discard(by, request.match_info["named"])
    return "?fait=abandonne"


async def withdraw(request: web.Request, by: Operator, publishing: Publishing) -> str:
    """Withdraw published results with the form."""
    given = await read_text_fields(request)
    await publishing.withdraw(by, given.get("session", ""), given.get("department", ""), given.get("why", ""))
    return "?fait=retire"


async def close(request: web.Request, by: Operator, publishing: Publishing) -> str:
    """Close an exam session with the form."""
    given = await read_text_fields(request)
    await publishing.close_session(by, given.get("session", ""), given.get("why", ""))
    return "?fait=ferme"


WAYS: Final = (
    Route("POST", "/resultats/importer", "import", import_, MAX_FILE_BYTES + MAX_BYTES),
    Route("POST", "/resultats/retirer", "approve", _perform(withdraw, show)),
    Route("POST", "/resultats/fermer", "approve", _perform(close, show)),
    Route("POST", "/resultats/{named}/approuver", "approve", _perform(approve, show_set)),
    Route("POST", "/resultats/{named}/publier", "approve", _perform(publish, show_set)),
    Route("POST", "/resultats/{named}/abandonner", "results", _perform(discard, show_set)),
)
