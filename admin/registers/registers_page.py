"""Registers in the admin site: the rows of each administration, the last imports, and the form of an import.

Actions are in admin/registers/registers_actions.py.
"""

from __future__ import annotations

from typing import Final

from aiohttp import web

from admin.context import ADMIN_CONTEXT
from admin.permissions import CurrentUser
from admin.routes import Route
from admin.templating import render
from catalog.entries import read_entries
from registers.overview import load_states
from registers.register import DEFAULT_FEED

DONE: Final = {"annule": "Annulé : les lignes de cet import sont redevenues ce qu'elles étaient."}


async def show(request: web.Request, visitor: CurrentUser, wrong: str = "", status: int = 200) -> web.Response:
    """Show every register, and the form of an import."""
    desk = request.config_dict[ADMIN_CONTEXT]
    served = await desk.versions.active_settings(desk.settings)
    known = read_entries(served.menus).registers
    files = {name: file for name, file in known.items() if visitor.scope.may_see(file.ministry or "")}
    states = await load_states(desk.database, files)
    given = {"wrong": wrong, "done": DONE.get(request.query.get("fait", ""), ""), "feed": DEFAULT_FEED}
    titles = {name: file.title for name, file in sorted(files.items())}
    return render(request, visitor, "registers.html", status=status, states=states, titles=titles, **given)


WAYS: Final = (Route("GET", "/registres", "view", show),)
