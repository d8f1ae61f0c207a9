"""One screen: its texts and their form, where it leads, and how phones show it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, Final

from aiohttp import web

from admin.context import ADMIN_CONTEXT, AdminContext
from admin.menu_map.colors import SIGNS, Mark, language_marks, problem_marks
from admin.menu_map.graph import SORT_LABELS, SORTS, arrows_from, arrows_to
from admin.menu_map.screen_status import SCREEN_STATUS, EditionStatus, problems_by_screen
from admin.menu_map.screen_views import by_language, sms_price, views
from admin.permissions import CurrentUser
from admin.routes import Route
from admin.simulator.tried_menus import DRAFT
from admin.templating import render
from admin.visible_files import VisibleFiles, visible_files
from admin.writing.screen_form import ScreenForm, form_of, read_screen
from authoring.diff.changes import first_words, screen_title
from authoring.drafts.screen_texts import TrialTexts
from state.menu.versions import MenuVersion
from state.rendering.size_check import only_sent

SAVED: Final = "enregistre"  # of the address: the texts were just saved


async def show(request: web.Request, visitor: CurrentUser) -> web.Response:
    """Show one screen as the draft has it, with the form of its texts for who may write."""
    name = request.match_info["screen"]
    draft = await read_screen(request.config_dict[ADMIN_CONTEXT], name)
    if draft is None:
        return await render_screen(request, visitor, request.config_dict[ADMIN_CONTEXT].menus.current)
    form = form_of(draft) if visitor.has_permission("menus") and draft.fields else None
    return await render_screen(request, visitor, draft.edition, form)


async def render_screen(
    request: web.Request,
    visitor: CurrentUser,
    edition: MenuVersion,
    form: ScreenForm | None = None,
    trial: TrialTexts | None = None,
) -> web.Response:
    """Show one screen of an edition; with typed texts, on the phone as they would be."""
    desk, name = request.config_dict[ADMIN_CONTEXT], request.match_info["screen"]
    if name not in edition.journeys.screens:
        return render(request, visitor, "map_unknown.html", status=404, what="d'écran", name=name)
    found = await request.config_dict[SCREEN_STATUS].current(desk)
    shown, visible = trial.edition if trial else edition, await visible_files(desk, visitor)
    return render(
        request, visitor, "screen.html", status=422 if form and form.is_wrong else 200, signs=SIGNS, form=form,
        views=by_language(views(shown, name, desk.settings)) if shown else {}, is_saved=SAVED in request.query,
        broken=list(filter(visible.has_problem, desk.change_feed.problems)), marks=_marks(found, name, desk),
        price=partial(sms_price, desk.settings.sms_price), line="" if edition is desk.menus.current else DRAFT,
        **_described(edition, name, visible),
    )  # fmt: skip


def _described(edition: MenuVersion, name: str, visible: VisibleFiles) -> dict[str, Any]:
    """Return what the page says of a screen: where it stands, and where it leads."""
    journey, _, short = name.partition(".")
    document = edition.journeys.files[journey].document
    return {
        "name": name,
        "journey": edition.journeys.files[journey],
        "says": first_words(edition, name),
        "title_of": partial(screen_title, edition),
        "sort": SORT_LABELS[SORTS[type(edition.journeys.screens[name])]],
        "place": f"{Path(document.file).name}:{document.place(('screens', short), key=True)[0]}",
        "out": [arrow for arrow in arrows_from(edition, name) if visible.has_journey(arrow.end)],
        "into": [arrow for arrow in arrows_to(edition, name) if visible.has_journey(arrow.start)],
        "sent": name in only_sent(edition.journeys),
    }


def _marks(found: EditionStatus, name: str, desk: AdminContext) -> list[Mark]:
    """Return what is to be said of the screen in service; nothing of one that only the draft has."""
    if name not in found.edition.journeys.screens:
        return []
    problems = problems_by_screen(desk.change_feed.problems, found.edition)
    return [problem_marks(found, problems)([name]), language_marks(found)([name])]


WAYS: Final = (Route("GET", "/ecran/{screen}", "view", show),)
