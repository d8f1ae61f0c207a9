"""The operators' desk: pages in the browser, below /bureau.

A request is looked at (console/ways.py: from where, whose, permitted, meant), then goes to its page's module, which
asks the same parts as the command line does, and is answered with a page made on the server (console/pages.py). A new
page is a module beside this one, a template, and its WAYS here.
"""

from __future__ import annotations

from typing import Final

from aiohttp import web

from console import audit_page, menus_deeds, menus_page, results_deeds, results_page, signing
from console.pages import furnish
from console.ways import Way

WAYS: Final[tuple[Way, ...]] = (
    *signing.WAYS,
    *menus_page.WAYS,
    *menus_deeds.WAYS,
    *results_page.WAYS,
    *results_deeds.WAYS,
    *audit_page.WAYS,
)


def desk() -> web.Application:
    """The desk as an application to stand below /bureau; the one around it holds ACCESS and DESK."""
    made = web.Application()
    furnish(made)
    made.router.add_get("/connexion", signing.ask)
    made.router.add_post("/connexion", signing.sign_in)
    for way in WAYS:
        made.router.add_route(way.method, way.path, way.enter)
    return made
