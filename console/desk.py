"""The operators' desk: pages in the browser, below /bureau.

A request is looked at (console/ways.py: from where, whose, permitted, meant), then goes to its page's module, which
asks the same parts as the command line does, and is answered with a page made on the server (console/pages.py). A new
page is a module beside this one, a template, and its WAYS here.
"""

from __future__ import annotations

from typing import Final

from aiohttp import web

from console import (
    audit_page,
    figures_page,
    map_page,
    menus_deeds,
    menus_page,
    messages_page,
    results_deeds,
    results_page,
    screen_page,
    signing,
    simulator_page,
)
from console.faults import in_french
from console.findings import FINDINGS, Findings
from console.following import let_go_at_the_end
from console.pages import furnish
from console.ways import Way

WAYS: Final[tuple[Way, ...]] = (
    *signing.WAYS,
    *simulator_page.WAYS,
    *map_page.WAYS,
    *screen_page.WAYS,
    *menus_page.WAYS,
    *menus_deeds.WAYS,
    *figures_page.WAYS,
    *results_page.WAYS,
    *results_deeds.WAYS,
    *messages_page.WAYS,
    *audit_page.WAYS,
)


def desk() -> web.Application:
    """The desk as an application to stand below /bureau; the one around it holds ACCESS and DESK."""
    made = web.Application(middlewares=[in_french])
    furnish(made)
    let_go_at_the_end(made)
    made[FINDINGS] = Findings()
    made.router.add_get("/connexion", signing.ask)
    made.router.add_post("/connexion", signing.sign_in)
    for way in WAYS:
        made.router.add_route(way.method, way.path, way.enter)
    return made
