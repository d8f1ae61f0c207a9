"""The .po file of a language: given out as the draft has it, and taken back from a translation tool."""

from __future__ import annotations

import asyncio
from typing import Final

from aiohttp import web

from admin.context import ADMIN_CONTEXT
from admin.permissions import DEMO, CurrentUser
from admin.refusals import note_form_refusal
from admin.routes import Route
from admin.templating import form as read_form
from admin.templating import render
from admin.translating.languages_page import draft_of, render_language
from admin.visible_files import visible_files
from authoring.translating.po_exchange import Sender
from authoring.translating.writing import TranslationWriting
from authoring.versions.errors import MenusRefused
from authoring.versions.languages import translations_path
from catalog.facts import local_today
from state.text.po_files import MAX_FILE_BYTES

MAX_NAME_CHARACTERS: Final = 60


async def give(request: web.Request, visitor: CurrentUser) -> web.Response:
    """Answer with the file of a language as the draft has it."""
    code, working_copy = request.match_info["code"], await draft_of(request.config_dict[ADMIN_CONTEXT])
    content = working_copy.files.get(translations_path(code)) if working_copy else None
    if content is None:
        return render(request, visitor, "map_unknown.html", status=404, what="de langue", name=code)
    headers = {"Content-Disposition": f'attachment; filename="{code}.po"'}
    visible = await visible_files(request.config_dict[ADMIN_CONTEXT], visitor)
    given = visible.translations(content)
    return web.Response(body=given, content_type="text/x-gettext-translation", charset="utf-8", headers=headers)


async def take(request: web.Request, visitor: CurrentUser) -> web.StreamResponse:
    """Join a file with the draft; one with a fault changes nothing."""
    sent, code = await read_form(request), request.match_info["code"]
    file = sent.get("file")
    if not isinstance(file, web.FileField) or not file.filename:
        return await render_language(request, visitor, 422, refused="Choisissez d'abord le fichier .po.")
    raw = await asyncio.to_thread(file.file.read)
    name = "".join(sign if sign.isprintable() else "?" for sign in file.filename)[-MAX_NAME_CHARACTERS:]
    by = visitor.operator.name if visitor.operator else DEMO
    sender = Sender(by, local_today(), replaces=sent.get("partage") == "fichier", name=name)
    try:
        writing = TranslationWriting(request.config_dict[ADMIN_CONTEXT].draft.drafts)
        found = await writing.take(by, code, raw, sender)
    except MenusRefused as refused:
        await note_form_refusal(request, visitor, refused)
        return await render_language(request, visitor, 409, refused=str(refused))
    return await render_language(request, visitor, 422 if found.problems else 200, outcome=found)


WAYS: Final = (
    Route("GET", "/traduire/{code}/fichier", "view", give),
    Route("POST", "/traduire/{code}/fichier", "translate", take, MAX_FILE_BYTES),
)
