"""The second step of signing in: the code of the app, or a recovery code, after the right password."""

from __future__ import annotations

from typing import Final

from aiohttp import web

from accounts.refusals import Refused
from accounts.second_factors import TooManyCodes
from admin.auth import is_same_origin
from admin.login import OTHER_HOST
from admin.return_path import FIELD, return_path, sign_in_address
from admin.routes import ACCESS, HERE_ONLY, NO_ANSWER
from admin.templating import form, render
from state.errors import SourceUnavailable, StoreUnavailable

MAX_CODE_CHARACTERS: Final = 60


async def ask(request: web.Request) -> web.Response:
    """Show the page that asks for the code; without a right password before, the sign-in page."""
    access = request.config_dict[ACCESS]
    if not access.admits(request):
        return render(request, None, "refused.html", status=403, message=HERE_ONLY)
    onward = return_path(request.query.get(FIELD))
    try:
        if await access.pending_name(request):
            return render(request, None, "sign_in_code.html", wrong="", onward=onward)
    except StoreUnavailable:
        return render(request, None, "refused.html", status=503, message=NO_ANSWER)
    return web.Response(status=303, headers={"Location": sign_in_address(onward)})


async def check(request: web.Request) -> web.Response:
    """Sign in with the code of the form."""
    access = request.config_dict[ACCESS]
    if not access.admits(request) or not is_same_origin(request):
        return render(request, None, "refused.html", status=403, message=OTHER_HOST)
    given = await form(request)
    onward, typed = return_path(given.get(FIELD)), str(given.get("code", ""))[:MAX_CODE_CHARACTERS]
    welcome = web.Response(status=303, headers={"Location": onward})
    try:
        if await access.finish_sign_in(request, welcome, typed):
            return welcome
    except (StoreUnavailable, SourceUnavailable):
        return render(request, None, "refused.html", status=503, message=NO_ANSWER)
    except Refused as wrong:
        status = 503 if isinstance(wrong, TooManyCodes) else 403
        return render(request, None, "sign_in_code.html", status=status, wrong=str(wrong), onward=onward)
    return web.Response(status=303, headers={"Location": sign_in_address(onward)})
