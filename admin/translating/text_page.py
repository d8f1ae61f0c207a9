"""One text in one language: the French beside it, the phone while it is typed, and what helps to say it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

from admin.context import ADMIN_CONTEXT, AdminContext
from admin.menu_map.screen_views import sms_price
from admin.permissions import CurrentUser
from admin.routes import Route
from admin.templating import render
from admin.translating.languages_page import draft_of
from admin.translating.letters import TONES, letters_of
from admin.translating.text_form import ATTESTED, DRAFT, TextForm, form_of, names_in
from admin.translating.text_groups import SEEN_DAYS, STATE_NAMES, place_label, seen, seen_by_screen
from admin.translating.text_list import Filters, selected
from admin.translating.text_phones import phone_views
from admin.visible_files import visible_files
from authoring.diff.text_diff import side_by_side
from authoring.drafts.draft_languages import languages_in
from authoring.drafts.working_copy import WorkingCopy
from authoring.translating.known_texts import language_texts
from authoring.translating.language_texts import LanguageTexts, Translation
from authoring.translating.notes import MAX_BASIS_CHARACTERS
from authoring.translating.remarks import MAX_CHARACTERS, TranslationRemarks
from authoring.translating.suggestions import alike, glossary
from state.text.languages import SOURCE

SAVED: Final = "enregistre"  # of the address: the id of the text that was just saved


@dataclass(frozen=True, slots=True)
class OpenText:
    """A text of the draft in one language, and the draft that it is of."""

    working_copy: WorkingCopy
    texts: LanguageTexts
    translation: Translation


@dataclass(frozen=True, slots=True)
class OtherLanguage:
    """How another language says the text."""

    name: str
    code: str
    translation: Translation


async def open_text(request: web.Request) -> OpenText | None:
    """Return the text of an address; None if there is none."""
    code, name = request.match_info["code"], request.match_info["text"]
    working_copy = await draft_of(request.config_dict[ADMIN_CONTEXT])
    texts = await asyncio.to_thread(language_texts, working_copy, code) if working_copy else None
    if working_copy is None or texts is None or name not in texts.texts:
        return None
    return OpenText(working_copy, texts, texts.translations[name])


async def show(request: web.Request, visitor: CurrentUser) -> web.Response:
    """Show a text with the form of its translation."""
    opened = await open_text(request)
    return await render_text(request, visitor, opened) if opened else unknown(request, visitor)


def unknown(request: web.Request, visitor: CurrentUser) -> web.Response:
    """Answer that there is no such text, or no such language."""
    return render(request, visitor, "map_unknown.html", status=404, what="de texte", name=request.match_info["text"])


async def render_text(
    request: web.Request, visitor: CurrentUser, opened: OpenText, form: TextForm | None = None, refused: str = ""
) -> web.Response:
    """Show a text; with what was typed, on the phone as it would be."""
    desk, filters, one = request.config_dict[ADMIN_CONTEXT], Filters.of(request.query), opened.translation
    form = form or form_of(opened.texts, one)
    edition = await desk.draft.edition(opened.working_copy)
    by_screen = await seen_by_screen(desk)
    listed = (await visible_files(desk, visitor)).texts(opened.texts)
    before, after = neighbours([found.text.id for found in selected(listed, filters, by_screen)], one.text.id)
    phones = await asyncio.to_thread(
        phone_views, desk, opened.working_copy, edition, form.typed.translation, opened.texts
    )
    saved = opened.texts.texts.get(request.query.get(SAVED, ""))
    return render(
        request, visitor, "translation.html", status=409 if refused else 422 if form.by else 200, form=form, one=one,
        language=opened.texts.language, phones=phones, before=before, after=after, filters=filters, saved=saved,
        places=[(place.screen, place_label(edition, place)) for place in one.text.places], refused=refused,
        seen=seen(one.text, by_screen), days=SEEN_DAYS, price=lambda sms: sms_price(desk.settings.sms_price, sms),
        may_review=_may_review(visitor, one), **await _beside(desk, opened), **_CONSTANTS,
    )  # fmt: skip


_CONSTANTS: Final[dict[str, Any]] = {
    "states": STATE_NAMES,
    "tones": TONES,
    "attested": ATTESTED,
    "drafted": DRAFT,
    "most_basis": MAX_BASIS_CHARACTERS,
    "most_remark": MAX_CHARACTERS,
    "contrast": side_by_side,
}


def _may_review(visitor: CurrentUser, one: Translation) -> bool:
    """Whether this account may review: it needs one, and another wrote the translation."""
    by = one.notes.translated.by if one.notes.translated else ""
    return visitor.operator is not None and visitor.has_permission("review") and by != visitor.name


async def _beside(desk: AdminContext, opened: OpenText) -> dict[str, Any]:
    """Return what helps to translate a text."""
    text, texts = opened.translation.text, opened.texts
    remarks = await TranslationRemarks(desk.database).of_text(texts.language.code, text.id)
    found = await asyncio.to_thread(lambda: (glossary(texts, text), alike(texts, text), _others(opened)))
    return {
        "letters": letters_of(texts.language),
        "names": names_in(text),
        "remarks": remarks,
        **dict(zip(("glossary", "alike", "others"), found, strict=True)),
    }


def _others(opened: OpenText) -> list[OtherLanguage]:
    """Return the other languages that say the text."""
    own, name = opened.texts.language.code, opened.translation.text.id
    codes = [code for code in languages_in(opened.working_copy.files) if code not in (SOURCE, own)]
    found = {code: texts for code in codes if (texts := language_texts(opened.working_copy, code))}
    return [
        OtherLanguage(texts.language.name, code, texts.translated(name))
        for code, texts in found.items()
        if texts.translated(name).state not in ("missing", "old")
    ]


def neighbours(names: list[str], name: str) -> tuple[str, str]:
    """Return the texts before and after one in the list; one that is in it no more begins it."""
    if name not in names:
        return "", next(iter(names), "")
    at = names.index(name)
    return names[at - 1] if at else "", names[at + 1] if at + 1 < len(names) else ""


WAYS: Final = (Route("GET", "/traduire/{code}/{text}", "view", show),)
