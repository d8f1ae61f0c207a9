"""Actions on registers: try a file, import it, undo the last import.

Each calls registers/imports.py, which has the rules for the command line too, and is recorded in the audit.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Final

from aiohttp import web

from accounts.accounts import Operator
from accounts.refusals import Refused
from admin.context import ADMIN_CONTEXT
from admin.mending_file import NO_ROWS, mending_file
from admin.permissions import CurrentUser
from admin.refusals import note_form_refusal
from admin.registers.registers_page import show
from admin.results.results_forms import read_text_fields
from admin.routes import Route
from admin.templating import render
from admin.uploads import uploaded_file
from channels.contracts.request_body import MAX_BYTES
from registers.import_process import ImportRequest, import_file, outcome_lines
from registers.imports import Imported, Order, RegisterImports
from registers.register import DEFAULT_FEED, RegisterRefused, find_register
from settings import Settings
from spreadsheets.opened_file import MAX_BYTES as MAX_FILE_BYTES
from spreadsheets.rows_to_mend import RowsToMend
from spreadsheets.sheet import FileBroken
from state.identity import Pseudonyms

HOME: Final = "/bureau/registres"
NO_ACCOUNT: Final = "Il faut un compte à son nom pour cela."
TITLES: Final = {
    "refused": "Fichier refusé",
    "tried": "Essai d'un fichier",
    "unchanged": "Rien ne change",
    "stored": "Fichier importé",
}


async def import_(request: web.Request, visitor: CurrentUser) -> web.StreamResponse:
    """Try or import a file, and show its report."""
    try:
        by, given = _operator(visitor), await read_text_fields(request)
        async with uploaded_file(request) as file:
            wanted = ImportRequest(
                file, given.get("register", ""), given.get("feed", "") or DEFAULT_FEED, _order(given)
            )
            found = await asyncio.to_thread(import_file, await _served(request), wanted, by)
    except FileBroken as broken:
        problem = broken.problem
        return _report(
            request, visitor, "refused", [f"Ligne {problem.line}, colonne {problem.column} : {problem.what}"]
        )
    except Refused as refused:
        await note_form_refusal(request, visitor, refused)
        return await show(request, visitor, str(refused), 422)
    return _report(request, visitor, found.done, _lines(found), found.to_mend)


async def undo(request: web.Request, visitor: CurrentUser) -> web.StreamResponse:
    """Undo the last import of a feed."""
    desk = request.config_dict[ADMIN_CONTEXT]
    try:
        by, given = _operator(visitor), await read_text_fields(request)
        served = await _served(request)
        register = find_register(served.menus, given.get("register", ""), given.get("feed", "") or DEFAULT_FEED)
        await RegisterImports(desk.database, Pseudonyms(served.secrets.pepper)).undo(by, register)
    except Refused as refused:
        await note_form_refusal(request, visitor, refused)
        return await show(request, visitor, str(refused), 409)
    return web.Response(status=303, headers={"Location": f"{HOME}?fait=annule"})


def _operator(visitor: CurrentUser) -> Operator:
    """Return the operator. Raises RegisterRefused in a demonstration."""
    if visitor.operator is None:
        raise RegisterRefused(NO_ACCOUNT)
    return visitor.operator


def _order(given: Mapping[str, str]) -> Order:
    """Return how the form wants the file imported; it is only tried unless the button says otherwise."""
    removals = given.get("removals", "").replace(" ", "")
    if removals and not (removals.isascii() and removals.isdecimal() and len(removals) <= 9):
        raise RegisterRefused("Le nombre de lignes supprimées s'écrit en chiffres, comme l'essai le dit.")
    is_trial = given.get("do") != "import"
    return Order(given.get("update") == "1", is_trial, int(removals) if removals else None)


def _report(
    request: web.Request, visitor: CurrentUser, done: str, lines: list[str], to_mend: RowsToMend = NO_ROWS
) -> web.Response:
    given = {"title": TITLES[done], "lines": lines, "is_wrong": done == "refused", "to_mend": mending_file(to_mend)}
    return render(request, visitor, "register_report.html", status=422 if done == "refused" else 200, **given)


def _lines(found: Imported) -> list[str]:
    """Return the report with the words of the page in place of those of the command line."""
    lines = outcome_lines(found)
    return [
        line.replace("avec --removals", "dans « Lignes supprimées » :")
        .replace("avec --update", "comme mise à jour")
        .replace("zin registers undo", "« Annuler le dernier import »")
        for line in lines
    ]


async def _served(request: web.Request) -> Settings:
    desk = request.config_dict[ADMIN_CONTEXT]
    return await desk.versions.active_settings(desk.settings)


WAYS: Final = (
    Route("POST", "/registres/importer", "import", import_, MAX_FILE_BYTES + MAX_BYTES),
    Route("POST", "/registres/annuler", "import", undo),
)
