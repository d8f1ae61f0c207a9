"""The admin site: pages in the browser, under /bureau.

A request is checked (admin/routes.py: origin, user, permission, CSRF), then handled by the module of its page, which
calls the same services as the command line, and is answered with a page rendered on the server (admin/templating.py). A
new page is a module beside this one, a template, and its WAYS here.
"""

from __future__ import annotations

from typing import Final

from aiohttp import web

from admin import login, sign_in_code
from admin.analytics import analytics_page, summary_page
from admin.audit import audit_page
from admin.error_pages import error_page_middleware
from admin.glossary import glossary_page
from admin.help import help_page
from admin.menu_map import map_page, screen_page
from admin.menu_map.screen_status import SCREEN_STATUS, ScreenStatusCache
from admin.menus import menus_actions, menus_page
from admin.outbox import gateways_page, message_texts_page, number_page, outbox_page
from admin.people import invitation, own_account, people_actions, people_page, second_factor
from admin.registers import registers_actions, registers_page
from admin.results import results_actions, results_page
from admin.routes import Route
from admin.simulator import simulator_page
from admin.simulator.live_reload import close_streams_on_shutdown
from admin.start import start_page
from admin.templating import setup_templates
from admin.translating import languages_page, po_files_page, text_actions, text_page
from admin.writing import (
    draft_map_page,
    draft_page,
    files_page,
    screen_actions,
    service_page,
    services_page,
    structure_page,
    upload_page,
    yaml_page,
)

WAYS: Final[tuple[Route, ...]] = (
    *login.WAYS,
    *own_account.WAYS,
    *second_factor.WAYS,
    *people_page.WAYS,
    *people_actions.WAYS,
    *simulator_page.WAYS,
    *start_page.WAYS,
    *help_page.WAYS,
    *map_page.WAYS,
    *screen_page.WAYS,
    *screen_actions.WAYS,
    *structure_page.WAYS,
    *yaml_page.WAYS,
    *draft_page.WAYS,
    *draft_map_page.WAYS,
    *services_page.WAYS,
    *service_page.WAYS,
    *files_page.WAYS,
    *upload_page.WAYS,
    *languages_page.WAYS,
    *po_files_page.WAYS,
    *text_page.WAYS,
    *text_actions.WAYS,
    *menus_page.WAYS,
    *menus_actions.WAYS,
    *analytics_page.WAYS,
    *summary_page.WAYS,
    *results_page.WAYS,
    *results_actions.WAYS,
    *registers_page.WAYS,
    *registers_actions.WAYS,
    *outbox_page.WAYS,
    *message_texts_page.WAYS,
    *number_page.WAYS,
    *gateways_page.WAYS,
    *audit_page.WAYS,
    *glossary_page.WAYS,
)


def admin_app() -> web.Application:
    """Return the admin site as a sub-application for /bureau; the main application holds ACCESS and ADMIN_CONTEXT."""
    made = web.Application(middlewares=[error_page_middleware])
    setup_templates(made)
    close_streams_on_shutdown(made)
    made[SCREEN_STATUS] = ScreenStatusCache()
    made.router.add_get("/connexion", login.ask)
    made.router.add_post("/connexion", login.sign_in)
    made.router.add_get("/connexion/code", sign_in_code.ask)
    made.router.add_post("/connexion/code", sign_in_code.check)
    made.router.add_get("/invitation/{token}", invitation.ask)
    made.router.add_post("/invitation/{token}", invitation.choose)
    for way in WAYS:
        made.router.add_route(way.method, way.path, way.handle)
    return made
