"""The structure of one screen: its choices, what it asks, and where each leads, changed by a form beside its map."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Final

from aiohttp import web

from admin.context import ADMIN_CONTEXT, AdminContext
from admin.menu_map.draft_drawing import draw_draft
from admin.menu_map.screen_views import by_language, sms_price, views
from admin.permissions import DEMO, CurrentUser
from admin.refusals import note_form_refusal
from admin.routes import Route
from admin.templating import form as read_form
from admin.templating import render
from admin.visible_files import visible_files
from admin.writing.screen_form import ScreenDraft, read_screen
from admin.writing.screen_targets import targets_of
from admin.writing.structure_form import SAVE, TypedScreen, present_screen, read_screen_form, state_digest
from admin.writing.structure_summary import ScreenState, describe_change
from admin.writing.structure_view import (
    KIND_LABELS,
    StructureView,
    complaints_by_field,
    shown_fields,
    shown_rows,
    unfilled_rows,
)
from authoring.diff.changes import screen_title
from authoring.drafts.repository import DraftChanged
from authoring.drafts.working_copy import content_digest
from authoring.journeys.journey_trial import JourneyTrial, loose_ends, try_journey
from authoring.journeys.screen_writing import FilledScreen, write_screen
from authoring.versions.errors import MenusRefused
from state.menu.versions import MenuVersion

MAX_BYTES: Final = 300_000
MAX_TRIES: Final = 3  # saves of a file that others save at the same moment, in other screens
SAVED: Final = "enregistre"


async def show(request: web.Request, visitor: CurrentUser) -> web.Response:
    """Show the form of a screen's structure."""
    draft = await read_screen(request.config_dict[ADMIN_CONTEXT], request.match_info["screen"])
    if draft is None:
        return _unknown(request, visitor)
    filled = present_screen(draft.text, draft.short, has_head=_is_first(draft))
    typed = TypedScreen(filled, _digest(draft))
    return await _page(request, visitor, draft, (_view(draft, typed), draft.edition))


async def write(request: web.Request, visitor: CurrentUser) -> web.StreamResponse:
    """Show what was typed, or save it if nothing is wrong with it."""
    typed = read_screen_form(await read_form(request))
    for _ in range(MAX_TRIES):
        try:
            return await _write(request, visitor, typed)
        except DraftChanged:
            continue
    raise web.HTTPServiceUnavailable


async def _write(request: web.Request, visitor: CurrentUser, typed: TypedScreen) -> web.StreamResponse:
    desk = request.config_dict[ADMIN_CONTEXT]
    draft = await read_screen(desk, request.match_info["screen"])
    if draft is None:
        return _unknown(request, visitor)
    view, trial = await asyncio.to_thread(tried, desk, draft, typed)
    if typed.action == SAVE and trial and not view.is_wrong:
        wrong = await _problems(desk, draft, trial.text)
        if not wrong:
            return await _save(request, visitor, draft, trial)
        view = replace(view, complaints=wrong)
    shown = await _page(request, visitor, draft, (view, trial.edition if trial else None))
    if typed.action != SAVE and shown.status == 422:  # nothing was refused: what is wrong is shown while it is typed
        shown.set_status(200)
    return shown


async def _problems(desk: AdminContext, draft: ScreenDraft, text: str) -> tuple[str, ...]:
    """Return what is wrong in the draft with this file, as `zin check` does, but for what was wrong before."""
    found = (await desk.draft.check(draft.working_copy.with_file(draft.path, text))).problems
    known = (await desk.draft.check(draft.working_copy)).problems if found else ()
    before = {(one.file, one.what) for one in known}
    return tuple(f"{one.file}:{one.line} : {one.what}" for one in found if (one.file, one.what) not in before)


async def _save(
    request: web.Request, visitor: CurrentUser, draft: ScreenDraft, trial: JourneyTrial
) -> web.StreamResponse:
    desk, by = request.config_dict[ADMIN_CONTEXT], visitor.operator.name if visitor.operator else DEMO
    present = content_digest(draft.working_copy.files[draft.path])
    what = describe_change(_state(draft, draft.text, draft.edition), _state(draft, trial.text, trial.edition))
    try:
        await desk.draft.drafts.save(by, draft.path, trial.text.encode(), seen=present, what=what)
    except DraftChanged:
        raise
    except MenusRefused as refused:
        await note_form_refusal(request, visitor, refused)
        typed = read_screen_form(await read_form(request))
        return await _page(request, visitor, draft, (replace(_view(draft, typed), complaints=(str(refused),)), None))
    return web.Response(status=303, headers={"Location": f"/bureau/ecran/{draft.name}/changer?{SAVED}=1"})


def _state(draft: ScreenDraft, text: str, edition: MenuVersion | None) -> ScreenState:
    filled = present_screen(text, draft.short, has_head=_is_first(draft))
    return ScreenState(draft.name, filled, edition or draft.edition)


def tried(desk: AdminContext, draft: ScreenDraft, typed: TypedScreen) -> tuple[StructureView, JourneyTrial | None]:
    """Return the form with its complaints, and the file with what was typed; None if it cannot be written."""
    filled, journey = typed.filled, draft.name.partition(".")[0]
    try:
        bare = write_screen(draft.text, draft.short, replace(filled, removed=(), backs={}))
        lost, unclear = loose_ends(draft.edition.journeys, journey, bare)
        backs = {name: to for name, to in filled.backs.items() if name in unclear}
        filled = replace(filled, backs=backs, removed=tuple(one for one in filled.removed if one in lost))
        trial = try_journey(draft.edition, journey, write_screen(draft.text, draft.short, filled), desk.settings.drafts)
    except MenusRefused as refused:
        return replace(_view(draft, typed), complaints=(str(refused),)), None
    wrong = unfilled_rows(filled) or complaints_by_field(trial, draft.short)
    view = _view(draft, replace(typed, filled=filled), wrong)
    return replace(view, lost=lost, unclear=unclear), trial


def _view(draft: ScreenDraft, typed: TypedScreen, wrong: Mapping[str, tuple[str, ...]] | None = None) -> StructureView:
    """Return the form; with what the draft has meanwhile, where somebody else changed this screen."""
    wrong = wrong or {}
    rows, fields = tuple(shown_rows(typed.filled, wrong)), tuple(shown_fields(typed.filled, draft.edition, wrong))
    named = {*(one.name for one in fields), *(f"choices.{place}" for place in range(len(rows)))}
    rest = tuple(dict.fromkeys(line for name, lines in wrong.items() if name not in named for line in lines))
    view = StructureView(typed, rows, fields, rest)
    if typed.seen == _digest(draft):
        return view
    changed = draft.working_copy.changed.get(draft.path)
    present = present_screen(draft.text, draft.short, has_head=_is_first(draft))
    return replace(
        view, typed=replace(typed, seen=_digest(draft)), by=changed.by if changed else "une publication",
        present=tuple(_in_words(present)),
    )  # fmt: skip


def _in_words(filled: FilledScreen) -> list[str]:
    rows = [f"{place} {one.label} → {one.to}" for place, one in enumerate(filled.choices, 1)]
    return rows + [f"{name} : {value}" for name, value in (*filled.values.items(), *filled.head.items()) if value]


def _is_first(draft: ScreenDraft) -> bool:
    """Whether the screen is the first of its journey, which shortcut and words open."""
    return draft.edition.journeys.files[draft.name.partition(".")[0]].first == draft.short


def _digest(draft: ScreenDraft) -> str:
    return state_digest(draft.text, draft.short, has_head=_is_first(draft))


def _title_of(before: MenuVersion, after: MenuVersion, name: str) -> str:
    """Return what a clerk calls a screen, which the change may add or remove."""
    edition = next((one for one in (before, after) if name in one.journeys.screens), None)
    return screen_title(edition, name) if edition else name


def _unknown(request: web.Request, visitor: CurrentUser) -> web.Response:
    return render(request, visitor, "map_unknown.html", status=404, what="d'écran", name=request.match_info["screen"])


async def _page(
    request: web.Request, visitor: CurrentUser, draft: ScreenDraft, shown: tuple[StructureView, MenuVersion | None]
) -> web.Response:
    desk, (view, edition) = request.config_dict[ADMIN_CONTEXT], shown
    visible, journey = await visible_files(desk, visitor), draft.name.partition(".")[0]
    context: dict[str, Any] = {
        "name": draft.name,
        "journey": draft.edition.journeys.files[journey],
        "view": view,
        "filled": view.typed.filled,
        "kinds": KIND_LABELS,
        "targets": targets_of(draft.edition, journey, visible),
        "views": by_language(views(edition, draft.name, desk.settings)) if edition else {},
        "title_of": partial(_title_of, draft.edition, edition or draft.edition),
        "drawing": draw_draft(edition, desk.menus.current, journey, visible) if edition else None,
        "is_saved": SAVED in request.query,
        "needs_text": "say" not in draft.fields and view.typed.filled.kind != "look_up",
        "price": lambda sms: sms_price(desk.settings.sms_price, sms),
    }
    return render(request, visitor, "structure.html", status=422 if view.is_wrong else 200, **context)


WAYS: Final = (
    Route("GET", "/ecran/{screen}/changer", "menus", show),
    Route("POST", "/ecran/{screen}/changer", "menus", write, MAX_BYTES),
)
