"""Accounts in the admin site, for administrators: all of them, one of them, and the link that was just made.

Actions are in admin/people/people_actions.py.
"""

from __future__ import annotations

from typing import Final

from aiohttp import web

from accounts.accounts import Account
from accounts.roles import ROLES as GIVEN
from accounts.scope import ministry_name
from admin.context import ADMIN_CONTEXT
from admin.permissions import ROLES, CurrentUser
from admin.routes import ACCESS, Route
from admin.templating import render
from state.country import country

HOME: Final = "/bureau/comptes"
DONE: Final = {
    "role": "Rôle changé : il vaut dès la prochaine page que cette personne ouvre.",
    "ministere": "Ministère changé : il vaut dès la prochaine page que cette personne ouvre.",
    "visites": "Visites terminées : cette personne devra se connecter de nouveau.",
    "ferme": "Compte fermé : plus personne ne se connecte à ce nom.",
}


async def show(
    request: web.Request, visitor: CurrentUser, wrong: str = "", status: int = 200, name: str = ""
) -> web.Response:
    """Show every account, and the form of an invitation."""
    accounts = await _administered(request, visitor)
    done = DONE.get(request.query.get("fait", ""), "")
    shown = {"accounts": accounts, "roles": ROLES, "given": GIVEN, "wrong": wrong, "done": done, "name": name}
    return render(request, visitor, "people.html", status=status, **shown, **_ministries(visitor))


async def show_one(request: web.Request, visitor: CurrentUser, wrong: str = "", status: int = 200) -> web.Response:
    """Show one account, and what can be changed about it."""
    named = request.match_info["name"]
    account = next((one for one in await _administered(request, visitor) if one.name == named), None)
    if account is None:
        raise web.HTTPNotFound
    done = DONE.get(request.query.get("fait", ""), "")
    shown = {"account": account, "roles": ROLES, "given": GIVEN, "wrong": wrong, "done": done, **_ministries(visitor)}
    return render(request, visitor, "person.html", status=status, **shown)


async def _administered(request: web.Request, visitor: CurrentUser) -> list[Account]:
    """Return the accounts that this administrator looks after: those of their ministry, or all."""
    known = await request.config_dict[ACCESS].accounts.known()
    return [one for one in known if visitor.scope.may_change(one.ministry)]


def _ministries(visitor: CurrentUser) -> dict[str, object]:
    """Return the ministries that this administrator may give, by short name, and how a short name is written out."""
    known = country().ministries
    given = {name: title for name, title in known.items() if visitor.scope.may_change(name)}
    return {"ministries": given, "ministry_name": ministry_name}


def show_link(request: web.Request, visitor: CurrentUser, name: str, token: str) -> web.Response:
    """Show the address of a new link. It is shown this once: the database has only its digest."""
    scheme = "http" if request.config_dict[ADMIN_CONTEXT].settings.has_open_desk else "https"
    address = f"{scheme}://{request.host}/bureau/invitation/{token}"
    return render(request, visitor, "people_link.html", name=name, address=address)


WAYS: Final = (Route("GET", "/comptes", "people", show), Route("GET", "/comptes/{name}", "people", show_one))
