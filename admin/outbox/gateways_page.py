"""The page of the gateways that SMS leave by: the table of routes, how each is, and what it did in the last hour.

`zin gateways list` prints the same (channels/routing/route_words.py).
"""

from __future__ import annotations

from typing import Final

from aiohttp import web

from admin.context import ADMIN_CONTEXT
from admin.outbox.failure_reasons import describe_failure
from admin.permissions import CurrentUser
from admin.routes import Route
from admin.templating import render
from channels.routing import route_words
from channels.routing.route_overview import route_lines
from channels.sms_gateways import known_routes


async def show(request: web.Request, visitor: CurrentUser) -> web.Response:
    """Show the table of the gateways."""
    desk = request.config_dict[ADMIN_CONTEXT]
    table, known = known_routes(desk.settings)
    lines = await route_lines(desk.database, table, known)
    return render(
        request,
        visitor,
        "gateways.html",
        lines=lines,
        words=route_words,
        describe_failure=describe_failure,
        is_table=bool(table),
    )


WAYS: Final = (Route("GET", "/messages/passerelles", "view", show),)
