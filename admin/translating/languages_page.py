"""The languages with their progress, and the texts of one language: searched, filtered, by journey."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

from admin.context import ADMIN_CONTEXT, AdminContext
from admin.permissions import CurrentUser
from admin.routes import Route
from admin.templating import page_number, render
from admin.translating.text_groups import SEEN_DAYS, STATE_NAMES, seen_by_screen
from admin.translating.text_list import ORDERS, Audience, Filters, group_lines, selected, text_lines
from admin.visible_files import VisibleFiles, visible_files
from authoring.drafts.draft_languages import languages_in
from authoring.drafts.working_copy import WorkingCopy
from authoring.translating.known_texts import language_texts
from authoring.translating.language_texts import LanguageTexts, State
from authoring.translating.remarks import TranslationRemarks
from authoring.versions.errors import MenusRefused
from authoring.versions.languages import translations_path
from state.text.languages import SOURCE, Language

PER_PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class LanguageLine:
    """A language with the number of its texts in each state."""

    language: Language
    counts: Mapping[State, int]
    is_changed: bool


async def show(request: web.Request, visitor: CurrentUser) -> web.Response:
    """Show all languages with their progress."""
    working_copy = await draft_of(request.config_dict[ADMIN_CONTEXT])
    visible = await visible_files(request.config_dict[ADMIN_CONTEXT], visitor)
    lines = await asyncio.to_thread(language_lines, working_copy, visible) if working_copy else []
    return render(request, visitor, "languages.html", lines=lines, states=STATE_NAMES)


def language_lines(working_copy: WorkingCopy, visible: VisibleFiles) -> list[LanguageLine]:
    """Return every language but French with its progress in the texts that may be seen."""
    codes = [code for code in languages_in(working_copy.files) if code != SOURCE]
    found = {code: visible.texts(texts) for code in codes if (texts := language_texts(working_copy, code))}
    changed = working_copy.changed
    return [LanguageLine(one.language, one.counts(), translations_path(code) in changed) for code, one in found.items()]


async def draft_of(desk: AdminContext) -> WorkingCopy | None:
    """Return the draft; None if nothing is in service that it could start from."""
    try:
        return await desk.draft.drafts.working_copy()
    except MenusRefused:
        return None


async def show_language(request: web.Request, visitor: CurrentUser) -> web.Response:
    """Show the texts of one language that are asked for, a page at a time."""
    return await render_language(request, visitor)


async def render_language(
    request: web.Request, visitor: CurrentUser, status: int = 200, **outcome: object
) -> web.Response:
    """Show the texts of one language, with the outcome of a file that was sent."""
    desk, code = request.config_dict[ADMIN_CONTEXT], request.match_info["code"]
    working_copy = await draft_of(desk)
    texts = await asyncio.to_thread(language_texts, working_copy, code) if working_copy else None
    if working_copy is None or texts is None:
        return render(request, visitor, "map_unknown.html", status=404, what="de langue", name=code)
    texts = (await visible_files(desk, visitor)).texts(texts)
    listed = await _listed(request, working_copy, texts)
    return render(
        request, visitor, "language.html", status=status, language=texts.language, faults=texts.faults,
        states=STATE_NAMES, orders=ORDERS, days=SEEN_DAYS, counts=texts.counts(), all=len(texts.texts),
        is_changed=translations_path(code) in working_copy.changed, **listed,
        **{"outcome": None, "refused": "", **outcome},
    )  # fmt: skip


async def _listed(request: web.Request, working_copy: WorkingCopy, texts: LanguageTexts) -> dict[str, Any]:
    """Return the list of texts as the page shows it."""
    desk, filters = request.config_dict[ADMIN_CONTEXT], Filters.of(request.query)
    edition = await desk.draft.edition(working_copy)
    audience = Audience(await seen_by_screen(desk), await TranslationRemarks(desk.database).counts(texts.language.code))
    found = selected(texts, filters, audience.by_screen)
    pages = max(1, -(-len(found) // PER_PAGE))
    number = page_number(request.query.get("page", ""), pages)
    return {
        "filters": filters,
        "lines": text_lines(edition, found[(number - 1) * PER_PAGE : number * PER_PAGE], audience),
        "groups": list(group_lines(edition, texts, audience.by_screen)),
        "many": len(found),
        "number": number,
        "pages": pages,
    }


WAYS: Final = (
    Route("GET", "/traduire", "view", show),
    Route("GET", "/traduire/{code}", "view", show_language),
)
