"""What a page of the desk is made with: templates, the headers of every answer, and how figures and hours are written.

Nothing on a page comes from another server, no script stands in a page, and no page is kept by a browser.

The form that a request brings.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Final

import aiohttp_jinja2
from aiohttp import web
from aiohttp.http_exceptions import BadHttpMessage
from jinja2 import FileSystemLoader, StrictUndefined

from admin.permissions import CurrentUser
from channels.contracts.channel import BROKEN
from channels.webhooks.connections import SERVER

HERE: Final = Path(__file__).parent
STATIC: Final = HERE / "static"
BENIN: Final = timezone(timedelta(hours=1))  # all year round
HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # with no-referrer a browser says "Origin: null" of our own forms
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Server": SERVER,  # of an answer that begins before it is whole, too
}


def setup_templates(desk: web.Application) -> None:
    """Give the desk its templates, its static files and its headers."""
    environment = aiohttp_jinja2.setup(
        desk, loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters |= {"number": number, "hour": hour, "day": day, "lasting": format_duration}
    desk.router.add_static("/static", STATIC)
    desk.on_response_prepare.append(_secure)


def render(
    request: web.Request, visitor: CurrentUser | None, template: str, *, status: int = 200, **told: Any
) -> web.Response:
    """A page for this visitor."""
    context = {"visitor": visitor, "path": request.path, **told}
    return aiohttp_jinja2.render_template(template, request, context, status=status)


def number(value: float) -> str:
    """12 500, as everybody writes it."""
    return f"{value:,.0f}".replace(",", "\u202f")


def hour(seconds: float) -> str:
    """The day and hour in Benin of a moment in Unix seconds."""
    return datetime.fromtimestamp(seconds, BENIN).strftime("%d/%m/%Y à %H:%M")


def day(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, BENIN).strftime("%d/%m/%Y")


def format_duration(seconds: float) -> str:
    """How long, in the one unit that a person would say it in."""
    for unit, worth in (("j", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * worth:
            return f"{number(seconds / worth)} {unit}"
    return f"{number(seconds)} s"


async def _secure(_: web.Request, response: web.StreamResponse) -> None:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)


# Broken off, or a charset, a boundary or a part that is none.
NOT_A_FORM = (*BROKEN, ValueError, LookupError, AssertionError, BadHttpMessage)


async def form(request: web.Request) -> Mapping[str, object]:
    """Its fields. Raises HTTPBadRequest for what is no form, and HTTPRequestEntityTooLarge."""
    try:
        return await request.post()
    except NOT_A_FORM as broken:
        raise web.HTTPBadRequest from broken
