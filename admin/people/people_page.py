"""Accounts in the admin site, for administrators: all of them, one of them, and the link that was just made.

Actions are in admin/people/people_actions.py.
"""

from __future__ import annotations

from typing import Final

from aiohttp import web

from accounts.roles import ROLES as GIVEN
from admin.context import ADMIN_CONTEXT
from admin.permissions import ROLES, CurrentUser
from admin.routes import ACCESS, Route
from admin.templating import render

HOME: Final = "/bureau/comptes"
DONE: Final = {
    "role": "Rôle changé : il vaut dès la prochaine page que cette personne ouvre.",
    "visites": "Visites terminées : cette personne devra se connecter de nouveau.",
    "ferme": "Compte fermé : plus personne ne se connecte à ce nom.",
}


async def show(
    request: web.Request, visitor: CurrentUser, wrong: str = "", status: int = 200, name: str = ""
) -> web.Response:
    """Show every account, and the form of an invitation."""
    accounts = await request.config_dict[ACCESS].accounts.known()
    done = DONE.get(request.query.get("fait", ""), "")
    shown = {"accounts": accounts, "roles": ROLES, "given": GIVEN, "wrong": wrong, "done": done, "name": name}
    return render(request, visitor, "people.html", status=status, **shown)


async def show_one(request: web.Request, visitor: CurrentUser, wrong: str = "", status: int = 200) -> web.Response:
    """Show one account, and what can be changed about it."""
    named = request.match_info["name"]
    known = await request.config_dict[ACCESS].accounts.known()
    account = next((one for one in known if one.name == named), None)
    if account is None:
        raise web.HTTPNotFound
    done = DONE.get(request.query.get("fait", ""), "")
    shown = {"account": account, "roles": ROLES, "given": GIVEN, "wrong": wrong, "done": done}
    return render(request, visitor, "person.html", status=status, **shown)


def show_link(request: web.Request, visitor: CurrentUser, name: str, token: str) -> web.Response:
    """Show the address of a new link. It is shown this once: the database has only its digest."""
    scheme = "http" if request.config_dict[ADMIN_CONTEXT].settings.has_open_desk else "https"
    address = f"{scheme}://{request.host}/bureau/invitation/{token}"
    return render(request, visitor, "people_link.html", name=name, address=address)


WAYS: Final = (Route("GET", "/comptes", "people", show), Route("GET", "/comptes/{name}", "people", show_one))
