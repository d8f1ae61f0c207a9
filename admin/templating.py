"""Renders pages of the admin site: templates, headers of every answer, formats of numbers and hours, and form parsing.

A page loads nothing from another server, contains no inline script, and is not cached by browsers.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import aiohttp_jinja2
from aiohttp import web
from aiohttp.http_exceptions import BadHttpMessage
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from admin.glossary.words import BY_NAME
from admin.help.pages import help_of
from admin.permissions import CurrentUser
from admin.question_names import question_name
from admin.screen_ids import small_ids
from admin.static_files import add_static
from admin.typography import bind_spaces
from channels.webhooks.body_reader import BROKEN
from channels.webhooks.direct_requests import SERVER
from reporting.french import format_count, format_day, format_hour, format_number

HERE: Final = Path(__file__).parent
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


def format_duration(seconds: float) -> str:
    """Format a duration in the largest suitable unit."""
    for unit, worth in (("j", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * worth:
            return f"{format_number(seconds / worth)} {unit}"
    return f"{format_number(seconds)} s"


FILTERS: Final[Mapping[str, Any]] = {
    "number": format_number,
    "count_of": format_count,
    "hour": format_hour,
    "day": format_day,
    "lasting": format_duration,
    "small_ids": small_ids,
    "question": question_name,
}
LOADING: Final[Mapping[str, Any]] = {
    "loader": FileSystemLoader(HERE / "templates"),
    "autoescape": True,
    "undefined": StrictUndefined,
    "trim_blocks": True,
}


def template_environment() -> Environment:
    """Return the templates for a file that no server answers with."""
    environment = Environment(**LOADING)
    environment.filters.update(FILTERS)
    return environment


def setup_templates(desk: web.Application) -> None:
    """Set up templates, static files and headers of the admin site."""
    aiohttp_jinja2.setup(desk, **LOADING).filters.update(FILTERS)
    add_static(desk)
    desk.on_response_prepare.append(_secure)


def render(
    request: web.Request, visitor: CurrentUser | None, template: str, *, status: int = 200, **context: Any
) -> web.Response:
    """Render a template for this user."""
    help_beside = {"page_help": help_of(request.path), "meanings": BY_NAME}
    values = {"visitor": visitor, "path": request.path, **help_beside, **context}
    page = bind_spaces(aiohttp_jinja2.render_string(template, request, values))
    return web.Response(text=page, content_type="text/html", status=status)


def page_number(given: str, pages: int) -> int:
    """Return the page of a list that an address asks for, the nearest that there is."""
    return min(max(int(given), 1), pages) if given.isascii() and given.isdigit() and len(given) < 6 else 1


async def _secure(_: web.Request, response: web.StreamResponse) -> None:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)


# Broken off, or a charset, a boundary or a part that is none.
NOT_A_FORM = (*BROKEN, ValueError, LookupError, AssertionError, BadHttpMessage)


async def form(request: web.Request) -> Mapping[str, object]:
    """Return the fields of a form. Raises HTTPBadRequest if it is no form, and HTTPRequestEntityTooLarge."""
    try:
        return await request.post()
    except NOT_A_FORM as broken:
        raise web.HTTPBadRequest from broken
