"""The start page: what waits for its reader, what its reader comes to do, then what waits for others."""

from __future__ import annotations

from typing import Final

from aiohttp import web

from admin.context import ADMIN_CONTEXT
from admin.permissions import CurrentUser, Permission
from admin.routes import Route
from admin.start.waiting import waiting
from admin.templating import render

TO_DO: Final[tuple[tuple[str, str, Permission], ...]] = (
    ("/services/nouveau", "Ajouter un service", "menus"),
    ("/plan", "Changer un écran : ses textes, ses choix", "menus"),
    ("/brouillon", "Publier ce qui est écrit", "menus"),
    ("/", "Essayer au téléphone", "view"),
)  # where each begins, and the permission that it needs


async def show(request: web.Request, visitor: CurrentUser) -> web.Response:
    """Show all that waits."""
    tasks = await waiting(request.config_dict[ADMIN_CONTEXT], visitor)
    own = [task for task in tasks if task.is_for(visitor)]
    others = [task for task in tasks if not task.is_for(visitor)]
    to_do = [(address, what) for address, what, permission in TO_DO if visitor.has_permission(permission)]
    return render(request, visitor, "start.html", own=own, others=others, to_do=to_do)


WAYS: Final = (Route("GET", "/accueil", "view", show),)
