"""What is done to one translation: shown while it is typed, saved in the draft, reviewed, remarked on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from aiohttp import web

from admin.context import ADMIN_CONTEXT
from admin.permissions import DEMO, CurrentUser
from admin.refusals import note_form_refusal
from admin.routes import Route
from admin.templating import form as read_form
from admin.translating.text_form import TextForm, filled_form
from admin.translating.text_groups import seen_by_screen
from admin.translating.text_list import Filters, selected
from admin.translating.text_page import SAVED, OpenText, neighbours, open_text, render_text, unknown
from admin.visible_files import visible_files
from authoring.translating.remarks import TranslationRemarks
from authoring.translating.writing import EntryChanged, TranslationWriting
from authoring.versions.errors import MenusRefused

MAX_BYTES: Final = 100_000
WITHOUT_ACCOUNT: Final = "Pour relire, connectez-vous avec votre compte : une relecture dit par qui elle est faite."


async def write(request: web.Request, visitor: CurrentUser) -> web.StreamResponse:
    """Show what is typed on the phone, or save it and open the next text."""
    sent, opened = await read_form(request), await open_text(request)
    if opened is None:
        return unknown(request, visitor)
    form = filled_form(opened.texts, opened.translation, sent, opened.working_copy)
    if sent.get("action") != "enregistrer":
        shown = await render_text(request, visitor, opened, form)
        shown.set_status(200)  # nothing was refused: what is wrong with it is shown while it is typed
        return shown
    if form.is_wrong:
        answer = await render_text(request, visitor, opened, form)
        answer.set_status(422)
        return answer
    return await _save(request, visitor, opened, (form, sent))


async def _save(
    request: web.Request, visitor: CurrentUser, opened: OpenText, filled: tuple[TextForm, Mapping[str, object]]
) -> web.StreamResponse:
    desk, (form, sent), code = request.config_dict[ADMIN_CONTEXT], filled, opened.texts.language.code
    by = visitor.operator.name if visitor.operator else DEMO
    after = await _next(request, visitor, opened)
    try:
        await TranslationWriting(desk.draft.drafts).save(by, code, form.typed)
    except EntryChanged:  # between the form and the save
        now = await open_text(request)
        form = filled_form(now.texts, now.translation, sent, now.working_copy) if now else form
        return await render_text(request, visitor, now or opened, form)
    except MenusRefused as refused:
        await note_form_refusal(request, visitor, refused)
        return await render_text(request, visitor, opened, form, str(refused))
    return _redirect(request, after or opened.translation.text.id)


async def _next(request: web.Request, visitor: CurrentUser, opened: OpenText) -> str:
    """Return the text that follows in the list from which somebody came."""
    desk = request.config_dict[ADMIN_CONTEXT]
    listed, by_screen = (await visible_files(desk, visitor)).texts(opened.texts), await seen_by_screen(desk)
    names = [one.text.id for one in selected(listed, Filters.of(request.query), by_screen)]
    return neighbours(names, opened.translation.text.id)[1]


def _redirect(request: web.Request, name: str) -> web.Response:
    """Answer with the page of a text, which says that this one was saved."""
    query = Filters.of(request.query).address(**{SAVED: request.match_info["text"]})
    return web.Response(
        status=303, headers={"Location": f"/bureau/traduire/{request.match_info['code']}/{name}?{query}"}
    )


async def review(request: web.Request, visitor: CurrentUser) -> web.StreamResponse:
    """Note that this account reviewed the translation."""
    sent, opened = await read_form(request), await open_text(request)
    if opened is None:
        return unknown(request, visitor)
    desk, code = request.config_dict[ADMIN_CONTEXT], opened.texts.language.code
    try:
        if visitor.operator is None:
            raise MenusRefused(WITHOUT_ACCOUNT)
        writing, text = TranslationWriting(desk.draft.drafts), opened.translation.text
        await writing.accept(visitor.operator.name, code, text, str(sent.get("seen", "")))
    except MenusRefused as refused:
        await note_form_refusal(request, visitor, refused)
        return await render_text(request, visitor, opened, refused=str(refused))
    return _redirect(request, await _next(request, visitor, opened) or opened.translation.text.id)


async def remark(request: web.Request, visitor: CurrentUser) -> web.StreamResponse:
    """Add a remark about the translation."""
    sent, opened = await read_form(request), await open_text(request)
    if opened is None:
        return unknown(request, visitor)
    by, code = visitor.operator.name if visitor.operator else DEMO, opened.texts.language.code
    try:
        remarks = TranslationRemarks(request.config_dict[ADMIN_CONTEXT].database)
        await remarks.add(by, code, opened.translation.text.id, str(sent.get("remarque", "")))
    except MenusRefused as refused:
        await note_form_refusal(request, visitor, refused)
        return await render_text(request, visitor, opened, refused=str(refused))
    query = Filters.of(request.query).address()
    name = opened.translation.text.id
    return web.Response(status=303, headers={"Location": f"/bureau/traduire/{code}/{name}?{query}#remarques"})


WAYS: Final = (
    Route("POST", "/traduire/{code}/{text}", "translate", write, MAX_BYTES),
    Route("POST", "/traduire/{code}/{text}/relire", "review", review),
    Route("POST", "/traduire/{code}/{text}/remarque", "remark", remark),
)
