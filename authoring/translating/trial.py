"""A translation as somebody types it: checked by the rules of its file, and shown on the screens where it stands."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, replace

from babel.messages.catalog import Catalog, Message

from authoring.translating.language_texts import LanguageTexts
from authoring.translating.texts import Text
from state.menu.compiler import compile_menu
from state.menu.versions import MenuVersion
from state.text.languages import SOURCE, Language
from state.text.po_files import complaints
from state.text.translations import make_translator


@dataclass(frozen=True, slots=True)
class TypedTranslation:
    """What somebody types for a text, one form for each plural form of the language."""

    text: Text
    forms: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing is typed."""
        return not any(form.strip() for form in self.forms)

    @property
    def message(self) -> Message:
        """The entry that would be written."""
        one, several, forms = self.text.one, self.text.several, self.forms
        return Message((one, several) if several else one, forms if several else forms[0], context=self.text.sense)


def complaints_about(typed: TypedTranslation, language: Language) -> tuple[str, ...]:
    """Return what is wrong with what is typed; that it has no review yet is not a fault."""
    if typed.is_empty:
        return ()
    if not all(form.strip() for form in typed.forms):
        return ("remplissez toutes les formes, ou aucune",)
    return tuple(dict.fromkeys(complaints(typed.message, replace(language, reviewed=False))))


def with_translation(edition: MenuVersion, texts: LanguageTexts, typed: TypedTranslation) -> MenuVersion:
    """Return an edition that has this language only, and says a text in it as it is typed."""
    language = texts.language
    catalog = _with(edition.wordings[language.code].catalog, typed)
    wording = make_translator(language, catalog, edition.wordings[language.fallback])
    menu = compile_menu(edition.journeys, edition.questions, wording, edition.menus[SOURCE].machine, edition.typed)
    return replace(edition, menus={language.code: menu}, wordings={language.code: wording})


def _with(present: Catalog, typed: TypedTranslation) -> Catalog:
    """Return a catalogue that has what is typed; the present one stays as it is."""
    catalog, message = copy.copy(present), typed.message
    catalog._messages = dict(present._messages)
    catalog.delete(message.id, message.context or None)
    if not typed.is_empty:
        catalog.add(message.id, message.string, context=message.context or None)
    return catalog


def forms_typed(text: Text, sent: Sequence[str]) -> TypedTranslation:
    """Return what a form of the desk sent, as a file has it."""
    lines = ("\n".join(line.rstrip() for line in form.replace("\r\n", "\n").split("\n")).strip() for form in sent)
    return TypedTranslation(text, tuple(lines))
