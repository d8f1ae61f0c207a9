"""The page that explains the words of the admin site."""

from __future__ import annotations

from typing import Final

from aiohttp import web

from admin.glossary.words import WORDS
from admin.permissions import CurrentUser
from admin.routes import Route
from admin.templating import render


async def show(request: web.Request, visitor: CurrentUser) -> web.Response:
    """Show all words."""
    return render(request, visitor, "glossary.html", words=WORDS)


WAYS: Final = (Route("GET", "/glossaire", "view", show),)
