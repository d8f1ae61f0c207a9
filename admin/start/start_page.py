"""The start page: what waits for its reader, then what waits for others."""

from __future__ import annotations

from typing import Final

from aiohttp import web

from admin.context import ADMIN_CONTEXT
from admin.permissions import CurrentUser
from admin.routes import Route
from admin.start.waiting import waiting
from admin.templating import render


async def show(request: web.Request, visitor: CurrentUser) -> web.Response:
    """Show all that waits."""
    tasks = await waiting(request.config_dict[ADMIN_CONTEXT], visitor)
    own = [task for task in tasks if task.is_for(visitor)]
    others = [task for task in tasks if not task.is_for(visitor)]
    return render(request, visitor, "start.html", own=own, others=others)


WAYS: Final = (Route("GET", "/accueil", "view", show),)
