"""Error pages of the admin site: one sentence in French, without internal details."""

from __future__ import annotations

from typing import Final

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from admin.permissions import CurrentUser
from admin.routes import ACCESS
from admin.templating import render
from state.errors import SourceUnavailable, StoreUnavailable, Unstorable

MESSAGES: Final = {
    400: "Zin n'a pas pu lire ce qui a été envoyé.",
    403: "Cela n'est pas permis.",
    404: "Cette page n'existe pas.",
    405: "Cette page ne s'ouvre pas de cette manière.",
    413: "Ce qui a été envoyé est trop gros.",
    500: "Zin s'est trompé. C'est noté dans le journal du serveur : prévenez l'administrateur.",
}
log = structlog.get_logger()


@web.middleware
async def error_page_middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn errors of handlers into a page."""
    try:
        return await handler(request)
    except web.HTTPException as wrong:
        if wrong.status < 400 or request.writer.output_size:
            raise
        return _page(request, wrong.status, await _known_user(request) if wrong.status == 404 else None)
    except Unstorable as value:  # no operator types what no column can hold: a NUL, a number of 23 digits
        log.info("desk asked for what cannot be kept", path=request.path, why=str(value))
        return _page(request, 400)
    except Exception:  # whatever it is: no browser is shown what only a log may say
        if request.writer.output_size:  # an answer that has begun can only be broken off
            raise
        log.exception("desk failed", method=request.method, path=_route(request))
        return _page(request, 500)


def _route(request: web.Request) -> str:
    """Return the path pattern of the route, because the path itself may contain a secret or a search."""
    resource = request.match_info.route.resource
    return resource.canonical if resource else ""


async def _known_user(request: web.Request) -> CurrentUser | None:
    """Return the user for the links of a page that does not exist; None if that cannot be known."""
    access = request.config_dict[ACCESS]
    try:
        return await access.current_user(request) if access.admits(request) else None
    except (StoreUnavailable, SourceUnavailable):
        return None


def _page(request: web.Request, status: int, visitor: CurrentUser | None = None) -> web.Response:
    heading = {403: "Refusé", 404: "Introuvable"}.get(status, "Cela n'a pas marché")
    return render(
        request, visitor, "refused.html", status=status, heading=heading, message=MESSAGES.get(status, MESSAGES[400])
    )
