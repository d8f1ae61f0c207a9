"""Signing in and out."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

import structlog
from aiohttp import web

from accounts.sign_in import SignInRefused
from admin.auth import is_same_origin
from admin.permissions import CurrentUser
from admin.return_path import CODE, FIELD, SIGN_IN, return_path
from admin.routes import ACCESS, HERE_ONLY, NO_ANSWER, Route
from admin.templating import form, render
from state.errors import SourceUnavailable, StoreUnavailable

STATUS: Final = {"wrong_password": 403, "locked_out": 403, "busy": 503}
OTHER_HOST: Final = (
    "La demande vient d'un autre site, ou le proxy devant Zin change son nom. Revenez à la page de connexion. "
    "Si le refus se répète, l'administrateur fait suivre au proxy l'en-tête Host sans le changer, avec son port "
    "(nginx : proxy_set_header Host $http_host;)."
)
log = structlog.get_logger()
MAX_PASSWORD_CHARACTERS: Final = 4096  # characters of a password that is looked at


async def ask(request: web.Request) -> web.Response:
    """Show the page that asks for a name and a password."""
    if not request.config_dict[ACCESS].admits(request):
        return render(request, None, "refused.html", status=403, message=HERE_ONLY)
    return render(request, None, "sign_in.html", wrong="", name="", onward=return_path(request.query.get(FIELD)))


async def sign_in(request: web.Request) -> web.Response:
    """Sign in with the form. It has no CSRF token, because there is no session yet; the cookie is same-site."""
    access = request.config_dict[ACCESS]
    if not access.admits(request):
        return render(request, None, "refused.html", status=403, message=HERE_ONLY)
    if not is_same_origin(request):
        log.warning("sign-in refused: Origin names another host", let="the proxy forward the Host header unchanged")
        return render(request, None, "refused.html", status=403, message=OTHER_HOST)
    given = await form(request)
    name, password = str(given.get("name", "")).strip(), str(given.get("password", ""))[:MAX_PASSWORD_CHARACTERS]
    onward = return_path(given.get(FIELD))
    welcome = web.Response(status=303, headers={"Location": onward})
    try:
        if not await access.sign_in(request, welcome, name, password):
            welcome.headers["Location"] = f"{CODE}?{urlencode({FIELD: onward})}"
    except SignInRefused as wrong:
        shown = {"wrong": str(wrong), "name": name, "onward": onward}
        page = render(request, None, "sign_in.html", status=STATUS[wrong.why], **shown)
        if wrong.retry_seconds:
            page.headers["Retry-After"] = str(wrong.retry_seconds)
        return page
    except (StoreUnavailable, SourceUnavailable):
        return render(request, None, "refused.html", status=503, message=NO_ANSWER)
    return welcome


async def sign_out(request: web.Request, _: CurrentUser) -> web.Response:
    """End the session and show the sign-in page."""
    gone = web.Response(status=303, headers={"Location": SIGN_IN})
    await request.config_dict[ACCESS].sign_out(request, gone)
    return gone


WAYS: Final = (Route("POST", "/deconnexion", "enter", sign_out),)
