"""One's own second factor: a QR code for the app of the phone, its first code, and the recovery codes.

A role that needs a second factor, and has none, reaches these pages and signing out only (admin/routes.py).
"""

from __future__ import annotations

from typing import Final

import segno
from aiohttp import web
from markupsafe import Markup

from accounts import totp
from accounts.refusals import Refused
from accounts.sign_in import SignInRefused
from admin.login import MAX_PASSWORD_CHARACTERS
from admin.people.own_account import WRONG_PRESENT
from admin.permissions import CurrentUser
from admin.return_path import SECOND_FACTOR
from admin.routes import ACCESS, Route
from admin.templating import form, render

PATH: Final = SECOND_FACTOR.removeprefix("/bureau")


async def show(request: web.Request, visitor: CurrentUser, wrong: str = "", status: int = 200) -> web.Response:
    """Show whether there is a second factor, and the form that begins a new one."""
    factors = request.config_dict[ACCESS].factors
    is_set, left = await factors.is_set(visitor.name), await factors.recovery_left(visitor.name)
    return render(request, visitor, "second_factor.html", status=status, wrong=wrong, is_set=is_set, left=left)


async def offer(request: web.Request, visitor: CurrentUser) -> web.StreamResponse:
    """Check the present password, and show the QR code of a new secret."""
    access = request.config_dict[ACCESS]
    present = str((await form(request)).get("present", ""))[:MAX_PASSWORD_CHARACTERS]
    try:
        await access.check_password(request, visitor.name, present)
    except SignInRefused as wrong:
        is_wrong = wrong.why == "wrong_password"
        return await show(request, visitor, WRONG_PRESENT if is_wrong else str(wrong), 422 if is_wrong else 503)
    return _show_secret(request, visitor, await access.factors.offer(visitor.name))


async def confirm(request: web.Request, visitor: CurrentUser) -> web.StreamResponse:
    """Make the offered secret the second factor if its code is right, and show the recovery codes, this once."""
    access = request.config_dict[ACCESS]
    try:
        codes = await access.confirm_factor(visitor.name, str((await form(request)).get("code", "")))
    except Refused as wrong:
        secret = await access.factors.offered(visitor.name)
        if secret is None:
            return await show(request, visitor, str(wrong), 409)
        return _show_secret(request, visitor, secret, str(wrong), 422)
    return render(request, visitor, "recovery_codes.html", codes=codes)


def _show_secret(
    request: web.Request, visitor: CurrentUser, secret: bytes, wrong: str = "", status: int = 200
) -> web.Response:
    written = totp.written(secret)
    groups = " ".join(written[start : start + 4] for start in range(0, len(written), 4))
    drawing = segno.make(totp.address(secret, visitor.name), error="m").svg_inline(scale=5, light="#fff")
    shown = {"drawing": Markup(drawing), "groups": groups, "wrong": wrong}  # segno draws it, of numbers only
    return render(request, visitor, "second_factor_new.html", status=status, **shown)


WAYS: Final = (
    Route("GET", PATH, "factor", show),
    Route("POST", PATH, "factor", offer),
    Route("POST", f"{PATH}/code", "factor", confirm),
)
