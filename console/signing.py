"""Signing in and out."""

from __future__ import annotations

from typing import Final

from aiohttp import web

from console.pages import render
from console.visitors import Visitor
from console.ways import ACCESS, SIGN_IN, Way
from operators.accounts import TooManyTries, WrongPassword
from state.errors import SourceUnavailable, StoreUnavailable

HOME: Final = "/bureau/"
LONGEST: Final = 4096  # characters of a password that is looked at


async def ask(request: web.Request) -> web.Response:
    """The page that asks for a name and a password."""
    if not request.config_dict[ACCESS].admits(request):
        return web.Response(status=403, text="Le bureau de démonstration ne s'ouvre que sur cette machine.\n")
    return render(request, None, "sign_in.html", wrong="", name="")


async def sign_in(request: web.Request) -> web.Response:
    """Take what was typed. Nobody is signed in yet whom another site could abuse; the cookie goes to this site only."""
    access, form = request.config_dict[ACCESS], await request.post()
    if not access.admits(request) or request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none"):
        return web.Response(status=403, text="Revenez à la page de connexion.\n")
    name, password = str(form.get("name", "")).strip(), str(form.get("password", ""))[:LONGEST]
    welcome = web.Response(status=303, headers={"Location": HOME})
    try:
        await access.sign_in(welcome, name, password)
    except (WrongPassword, TooManyTries) as wrong:
        return render(request, None, "sign_in.html", status=403, wrong=str(wrong), name=name)
    except (StoreUnavailable, SourceUnavailable):
        return web.Response(status=503, text="Le bureau n'a pas de réponse en ce moment : réessayez.\n")
    return welcome


async def sign_out(request: web.Request, _: Visitor) -> web.Response:
    gone = web.Response(status=303, headers={"Location": SIGN_IN})
    await request.config_dict[ACCESS].sign_out(request, gone)
    return gone


WAYS: Final = (Way("POST", "/deconnexion", "enter", sign_out),)
