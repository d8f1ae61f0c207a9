"""The help of all pages on one."""

from __future__ import annotations

from typing import Final

from aiohttp import web

from admin.help.pages import PAGES
from admin.permissions import CurrentUser
from admin.routes import Route
from admin.templating import render


async def show(request: web.Request, visitor: CurrentUser) -> web.Response:
    """Show all help."""
    return render(request, visitor, "help.html", pages=PAGES)


WAYS: Final = (Route("GET", "/aide", "view", show),)
