"""Actions on versions of the menus: stage, approve, publish now or at an hour, roll back. The audit has each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from aiohttp import web

from admin.context import ADMIN_CONTEXT, AdminContext
from admin.menus.decisions import approve, compared_with, give_hour, take_hour
from admin.menus.menus_page import HELD_BACK, ActionOutcome, versions
from admin.permissions import DEMO, CurrentUser
from admin.refusals import note_form_refusal
from admin.routes import Act, Route
from authoring.versions.errors import MenusRefused
from authoring.versions.repository import Staged
from state.errors import InvalidMenu

HOME: Final = "/bureau/menus"
TO_MEND: Final = "Rien n'a changé pour les citoyens : il y a d'abord à corriger."
Do = Callable[[web.Request, AdminContext, str], Awaitable[str]]


def _perform(do: Do) -> Act:
    """Return a handler that runs the action and redirects; errors are shown on the page of versions."""

    async def act(request: web.Request, visitor: CurrentUser) -> web.StreamResponse:
        by = visitor.operator.name if visitor.operator else DEMO
        try:
            address = await do(request, request.config_dict[ADMIN_CONTEXT], by)
        except MenusRefused as refused:
            await note_form_refusal(request, visitor, refused)
            return await versions(request, visitor, ActionOutcome(str(refused), status=409))
        except InvalidMenu as broken:
            return await versions(request, visitor, ActionOutcome(TO_MEND, broken.problems, 422))
        return web.Response(status=303, headers={"Location": f"{HOME}{address}"})

    return act


async def _stage(_: web.Request, desk: AdminContext, by: str) -> str:
    staged = await desk.versions.stage(by, desk.settings.menus)
    return address_of(staged)


def address_of(staged: Staged) -> str:
    """Return the address of a version that was just staged, below that of all versions."""
    codes = dict.fromkeys(Path(problem.file).stem for problem in staged.held_back)
    return f"/{staged.version}{'?' if codes else ''}{urlencode([(HELD_BACK, code) for code in codes])}"


async def _publish(request: web.Request, desk: AdminContext, by: str) -> str:
    why = str((await request.post()).get("why", ""))
    version, compared = request.match_info["version"], await compared_with(request)
    made = await desk.versions.publish(by, version, instead_of=compared, why=why)
    return f"?publication={made.number}"


async def _go_back(request: web.Request, desk: AdminContext, by: str) -> str:
    why, version = str((await request.post()).get("why", "")), request.match_info["version"]
    if not why.strip():
        raise MenusRefused("Dites pourquoi vous revenez à cette version : le journal le garde.")
    made = await desk.versions.rollback(by, version, instead_of=await compared_with(request), why=why)
    return f"?publication={made.number}"


WAYS: Final = (
    Route("POST", "/menus/preparer", "menus", _perform(_stage)),
    Route("POST", "/menus/{version}/approuver", "decide", _perform(approve)),
    Route("POST", "/menus/{version}/heure", "menus", _perform(give_hour)),
    Route("POST", "/menus/{version}/sans-heure", "menus", _perform(take_hour)),
    Route("POST", "/menus/{version}/publier", "menus", _perform(_publish)),
    Route("POST", "/menus/{version}/retour", "menus", _perform(_go_back)),
)
