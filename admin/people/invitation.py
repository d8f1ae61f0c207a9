"""The page behind a link: a person without a login chooses the password of their account.

Opening it changes nothing, because messengers open a link before its reader does; the form uses it up.
"""

from __future__ import annotations

from typing import Final

from aiohttp import web

from accounts.links import AccountLinks
from accounts.refusals import AccountRefused
from admin.auth import is_same_origin
from admin.context import ADMIN_CONTEXT
from admin.login import MAX_PASSWORD_CHARACTERS, OTHER_HOST
from admin.people.own_account import NOT_TWICE
from admin.return_path import HOME
from admin.routes import ACCESS, HERE_ONLY, NO_ANSWER
from admin.templating import form, render
from state.errors import SourceUnavailable

CHOSEN: Final = "Votre mot de passe est enregistré : connectez-vous."


async def ask(request: web.Request) -> web.Response:
    """Show the form that asks for a new password."""
    return await _shown(request, "", 200)


async def choose(request: web.Request) -> web.Response:
    """Use the link, and lead to the sign-in page. It has no CSRF token, because there is no session yet."""
    if not is_same_origin(request):
        return render(request, None, "refused.html", status=403, message=OTHER_HOST)
    given = {name: str(value)[:MAX_PASSWORD_CHARACTERS] for name, value in (await form(request)).items()}
    if given.get("new", "") != given.get("again", ""):
        return await _shown(request, NOT_TWICE, 422)
    try:
        link = await _links(request).use(request.match_info["token"], given.get("new", ""))
    except AccountRefused as refused:
        return await _shown(request, str(refused), 422)
    except SourceUnavailable:
        return render(request, None, "refused.html", status=503, message=NO_ANSWER)
    return render(request, None, "sign_in.html", wrong="", done=CHOSEN, name=link.name, onward=HOME)


async def _shown(request: web.Request, wrong: str, status: int) -> web.Response:
    """Show the form while the link can be used; else the page says whom to ask."""
    if not request.config_dict[ACCESS].admits(request):
        return render(request, None, "refused.html", status=403, message=HERE_ONLY)
    try:
        link = await _links(request).find(request.match_info["token"])
    except AccountRefused as refused:
        return render(request, None, "refused.html", status=404, message=str(refused))
    except SourceUnavailable:
        return render(request, None, "refused.html", status=503, message=NO_ANSWER)
    return render(request, None, "invitation.html", status=status, wrong=wrong, link=link)


def _links(request: web.Request) -> AccountLinks:
    return AccountLinks(request.config_dict[ADMIN_CONTEXT].database)
