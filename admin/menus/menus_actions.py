"""What operators do with versions of the menus on the desk: prepare, publish, go back. Each is in the audit."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import web

from admin.context import DESK, Desk
from admin.menus.menus_page import Told, versions
from admin.permissions import DEMO, Visitor
from admin.refusals import note_form
from admin.routes import Act, Way
from authoring.versions.errors import MenusRefused
from state.errors import MenuBroken

HOME: Final = "/bureau/menus"
TO_MEND: Final = "Rien n'a changé pour les citoyens : il y a d'abord à corriger."
Do = Callable[[web.Request, Desk, str], Awaitable[str]]


def _deed(do: Do) -> Act:
    """Do this in the name of the visitor and go where it says; what cannot be done is told on the page of versions."""

    async def act(request: web.Request, visitor: Visitor) -> web.StreamResponse:
        by = visitor.operator.name if visitor.operator else DEMO
        try:
            address = await do(request, request.config_dict[DESK], by)
        except MenusRefused as refused:
            await note_form(request, visitor, refused)
            return await versions(request, visitor, Told(str(refused), status=409))
        except MenuBroken as broken:
            return await versions(request, visitor, Told(TO_MEND, broken.problems, 422))
        return web.Response(status=303, headers={"Location": f"{HOME}{address}"})

    return act


async def _stage(_: web.Request, desk: Desk, by: str) -> str:
    staged = await desk.versions.stage(by, desk.settings.menus)
    return f"/{staged.version}"


async def _publish(request: web.Request, desk: Desk, by: str) -> str:
    why = str((await request.post()).get("why", ""))
    version, compared = request.match_info["version"], await _compared_with(request)
    made = await desk.versions.publish(by, version, instead_of=compared, why=why)
    return f"?publication={made.number}"


async def _go_back(request: web.Request, desk: Desk, by: str) -> str:
    version, compared = request.match_info["version"], await _compared_with(request)
    made = await desk.versions.go_back(by, version, instead_of=compared)
    return f"?publication={made.number}"


async def _compared_with(request: web.Request) -> int:
    """The number of the publication that was in service on the page from which this was sent."""
    said = str((await request.post()).get("instead_of", ""))
    if not (said.isascii() and said.isdigit() and len(said) < 10):
        raise MenusRefused("Comparez d'abord, puis publiez.")
    return int(said)


WAYS: Final = (
    Way("POST", "/menus/preparer", "menus", _deed(_stage)),
    Way("POST", "/menus/{version}/publier", "menus", _deed(_publish)),
    Way("POST", "/menus/{version}/retour", "menus", _deed(_go_back)),
)
