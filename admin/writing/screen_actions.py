"""Texts of a screen that somebody types: shown on the phone as they would be, and saved in the draft."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from aiohttp import web

from admin.context import ADMIN_CONTEXT
from admin.menu_map.screen_page import SAVED, render_screen
from admin.permissions import DEMO, CurrentUser
from admin.refusals import note_form_refusal
from admin.routes import Route
from admin.templating import form as read_form
from admin.writing.screen_form import PREFIX, ScreenDraft, filled_form, form_of, read_screen, tried
from authoring.diff.changes import screen_title, shorten
from authoring.drafts.repository import DraftChanged
from authoring.drafts.screen_texts import typed_text
from authoring.drafts.working_copy import content_digest
from authoring.versions.errors import MenusRefused

MAX_BYTES: Final = 300_000  # 97 choices, percent-encoded, and a long text for each channel
MAX_SUMMARY: Final = 1000  # characters
MAX_TRIES: Final = 3  # saves of a file that others save at the same moment, in other screens


async def write(request: web.Request, visitor: CurrentUser) -> web.StreamResponse:
    """Show the typed texts on the phone, or save them if nothing is wrong with them."""
    sent = await read_form(request)
    typed = {name.removeprefix(PREFIX): str(value) for name, value in sent.items() if name.startswith(PREFIX)}
    if sent.get("action") != "enregistrer":
        shown = await _show(request, visitor, typed, str(sent.get("seen", "")))
        if shown.status == 422:  # nothing was refused: what is wrong with it is shown while it is typed
            shown.set_status(200)
        return shown
    by = visitor.operator.name if visitor.operator else DEMO
    for _ in range(MAX_TRIES):
        try:
            return await _save(request, visitor, typed, (by, str(sent.get("seen", ""))))
        except DraftChanged:
            continue
        except MenusRefused as refused:
            await note_form_refusal(request, visitor, refused)
            break
    return await _show(request, visitor, typed, "")


async def _show(request: web.Request, visitor: CurrentUser, typed: Mapping[str, str], seen: str) -> web.Response:
    desk = request.config_dict[ADMIN_CONTEXT]
    draft = await read_screen(desk, request.match_info["screen"])
    if draft is None:
        return await render_screen(request, visitor, desk.menus.current)
    form, trial = tried(desk, draft, filled_form(draft, typed, seen))
    return await render_screen(request, visitor, draft.edition, form, trial)


async def _save(
    request: web.Request, visitor: CurrentUser, typed: Mapping[str, str], who: tuple[str, str]
) -> web.Response:
    """Save the texts, unless something is wrong or somebody else changed this screen since it was shown."""
    desk, (by, seen) = request.config_dict[ADMIN_CONTEXT], who
    draft = await read_screen(desk, request.match_info["screen"])
    if draft is None:
        return await render_screen(request, visitor, desk.menus.current)
    form, trial = tried(desk, draft, filled_form(draft, typed, seen))
    if form.is_wrong:
        return await render_screen(request, visitor, draft.edition, form, trial)
    present = content_digest(draft.working_copy.files[draft.path])
    await desk.draft.drafts.save(by, draft.path, trial.text.encode(), seen=present, what=_summary(draft, typed))
    return web.Response(status=303, headers={"Location": f"/bureau/ecran/{draft.name}?{SAVED}=1"})


def _summary(draft: ScreenDraft, typed: Mapping[str, str]) -> str:
    """Return which texts changed, before and after, for the audit."""
    lines = [
        f"{one.label} : « {shorten(typed[one.name])} » (avant : « {shorten(one.value)} »)"
        for one in form_of(draft).fields
        if typed_text(typed.get(one.name, one.value)) != one.value
    ]
    return f"« {screen_title(draft.edition, draft.name)} » : {' ; '.join(lines)}"[:MAX_SUMMARY]


WAYS: Final = (Route("POST", "/ecran/{screen}", "menus", write, MAX_BYTES),)
