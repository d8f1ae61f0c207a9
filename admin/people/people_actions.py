"""Actions on the accounts of others: invite, give a new link, change a role or ministry, end visits, close.

accounts/administration.py has the rules, and records each action in the audit.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import web

from accounts.administration import Administration
from accounts.refusals import AccountRefused
from accounts.roles import ROLES, Role
from admin.context import ADMIN_CONTEXT
from admin.people.people_page import HOME, show, show_link, show_one
from admin.permissions import CurrentUser
from admin.refusals import note_form_refusal
from admin.results.results_forms import read_text_fields
from admin.routes import Act, Route

Do = Callable[[web.Request, str, Administration], Awaitable[str]]


async def invite(request: web.Request, visitor: CurrentUser) -> web.StreamResponse:
    """Create an account, and show the link with which its person chooses a password."""
    given = await read_text_fields(request)
    name = given.get("name", "").strip()
    try:
        role, ministry = _role(given.get("role", "")), given.get("ministry", visitor.ministry)
        token = await _administration(request).invite(visitor.name, name, role, ministry)
    except AccountRefused as refused:
        await note_form_refusal(request, visitor, refused)
        return await show(request, visitor, str(refused), 422, name)
    return show_link(request, visitor, name, token)


async def renew_link(request: web.Request, visitor: CurrentUser) -> web.StreamResponse:
    """Show a new link for a person who forgot the password, or lost the telephone too."""
    name, given = request.match_info["name"], await read_text_fields(request)
    is_lost = given.get("lost") == "telephone"
    try:
        token = await _administration(request).renew_link(visitor.name, name, resets_factor=is_lost)
    except AccountRefused as refused:
        return await show_one(request, visitor, str(refused), 409)
    return show_link(request, visitor, name, token)


async def change_role(request: web.Request, by: str, administration: Administration) -> str:
    """Give the account the role of the form."""
    given = await read_text_fields(request)
    await administration.change_role(by, request.match_info["name"], _role(given.get("role", "")))
    return "role"


async def change_ministry(request: web.Request, by: str, administration: Administration) -> str:
    """Bind the account to the ministry of the form, or to none."""
    given = await read_text_fields(request)
    await administration.change_ministry(by, request.match_info["name"], given.get("ministry", ""))
    return "ministere"


async def end_visits(request: web.Request, by: str, administration: Administration) -> str:
    """End all logins of the account."""
    await administration.end_visits(by, request.match_info["name"])
    return "visites"


async def close(request: web.Request, by: str, administration: Administration) -> str:
    """Close the account."""
    await administration.close(by, request.match_info["name"])
    return "ferme"


def _perform(do: Do) -> Act:
    """Return a handler that runs the action and shows the account; a refusal is shown there too."""

    async def act(request: web.Request, visitor: CurrentUser) -> web.StreamResponse:
        try:
            done = await do(request, visitor.name, _administration(request))
        except AccountRefused as refused:
            await note_form_refusal(request, visitor, refused)
            return await show_one(request, visitor, str(refused), 409)
        return web.Response(status=303, headers={"Location": f"{HOME}/{request.match_info['name']}?fait={done}"})

    return act


def _administration(request: web.Request) -> Administration:
    return Administration(request.config_dict[ADMIN_CONTEXT].database)


def _role(given: str) -> Role:
    """Return the role that a form names. Raises AccountRefused."""
    for role in ROLES:
        if role == given:
            return role
    raise AccountRefused("Choisissez un rôle dans la liste.")


WAYS: Final = (
    Route("POST", "/comptes", "people", invite),
    Route("POST", "/comptes/{name}/lien", "people", renew_link),
    Route("POST", "/comptes/{name}/role", "people", _perform(change_role)),
    Route("POST", "/comptes/{name}/ministere", "people", _perform(change_ministry)),
    Route("POST", "/comptes/{name}/visites", "people", _perform(end_visits)),
    Route("POST", "/comptes/{name}/fermer", "people", _perform(close)),
)
