"""One journey as the draft has it, drawn: where its screens lead, and which of them are new or changed."""

from __future__ import annotations

from typing import Final

from aiohttp import web

from admin.context import ADMIN_CONTEXT
from admin.menu_map.colors import SIGNS
from admin.menu_map.draft_drawing import IN_DRAFT, draw_draft
from admin.permissions import CurrentUser
from admin.routes import Route
from admin.templating import render
from admin.visible_files import visible_files


async def show(request: web.Request, visitor: CurrentUser) -> web.Response:
    """Show one journey of the draft."""
    desk, name = request.config_dict[ADMIN_CONTEXT], request.match_info["journey"]
    working_copy, visible = await desk.draft.drafts.working_copy(), await visible_files(desk, visitor)
    edition, in_service = await desk.draft.edition(working_copy), desk.menus.current
    if f"{name}.yaml" not in working_copy.files:
        return render(request, visitor, "map_unknown.html", status=404, what="de parcours", name=name)
    is_faulty = bool(working_copy.changed) and edition is in_service
    has_drawing = name in edition.journeys.files and not is_faulty
    return render(
        request, visitor, "draft_map.html", name=name, aspect=IN_DRAFT, signs=SIGNS,
        title=edition.journeys.files[name].title if name in edition.journeys.files else name,
        drawing=draw_draft(edition, in_service, name, visible) if has_drawing else None,
    )  # fmt: skip


WAYS: Final = (Route("GET", "/brouillon/plan/{journey}", "view", show),)
