"""A typed translation on the phone: on the screens where it stands, on the card of its service, or alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from admin.context import AdminContext
from admin.menu_map.screen_views import View, card_views, part_page, views
from admin.translating.text_groups import group_title
from authoring.drafts.working_copy import WorkingCopy
from authoring.translating.language_texts import LanguageTexts
from authoring.translating.texts import PHRASES, Text
from authoring.translating.trial import TypedTranslation, with_translation
from catalog.entries import SERVICES
from state.menu.versions import MenuVersion
from state.rendering.size_check import only_sent
from state.text.sms_parts import shortest_sms, split_sms

MAX_SCREENS: Final = 3


@dataclass(frozen=True, slots=True)
class PhoneView:
    """A screen on which a text stands; screen is "" for what is no screen of its own."""

    title: str
    screen: str
    views: tuple[View, ...]
    is_sent: bool = False


def phone_views(
    desk: AdminContext, working_copy: WorkingCopy, edition: MenuVersion, typed: TypedTranslation, texts: LanguageTexts
) -> list[PhoneView]:
    """Return the phones of a typed translation, at most MAX_SCREENS screens."""
    shown = with_translation(edition, texts, typed)
    found = list(_screens(desk, shown, typed.text))
    found = found or list(_cards(desk, working_copy, shown, typed.text))
    return found or [_alone(shown, typed)]


def _screens(desk: AdminContext, edition: MenuVersion, text: Text) -> Iterator[PhoneView]:
    names = (edition.first, edition.help) if PHRASES in text.groups else text.screens
    sent = only_sent(edition.journeys)
    for name in [name for name in names if name in edition.journeys.screens][:MAX_SCREENS]:
        if found := tuple(views(edition, name, desk.settings)):
            yield PhoneView(group_title(edition, name.partition(".")[0]), name, found, name in sent)


def _cards(desk: AdminContext, working_copy: WorkingCopy, edition: MenuVersion, text: Text) -> Iterator[PhoneView]:
    """Yield the card of the first service that has the text."""
    files = (place.file for place in text.places if place.group == SERVICES.folder)
    for path in list(dict.fromkeys(files))[:1]:
        _, service = SERVICES.parse_entry(path, working_copy.files[path])
        found = tuple(card_views(edition, service, desk.settings)) if service else ()
        if service and found:
            yield PhoneView(f"La fiche « {service.short} »", "", found)


def _alone(edition: MenuVersion, typed: TypedTranslation) -> PhoneView:
    """Return the text by itself, as a basic phone shows it."""
    ((code, wording),) = edition.wordings.items()
    text = "\n".join(dict.fromkeys(form for form in typed.forms if form)) or typed.text.one
    pages = map(part_page, split_sms(shortest_sms(text, wording.language.folding)))
    view = View("téléphone simple", code, wording.language.name, tuple(pages))
    return PhoneView("Le texte seul", "", (view,), is_sent=True)
