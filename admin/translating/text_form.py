"""The form of one translation: what the draft has, what somebody typed, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from authoring.drafts.working_copy import WorkingCopy
from authoring.translating.language_texts import LanguageTexts, Translation
from authoring.translating.texts import Text
from authoring.translating.trial import TypedTranslation, complaints_about, forms_typed
from authoring.translating.writing import Typed, entry_digest
from authoring.versions.languages import translations_path
from state.text.template import Template

FORM: Final = "forme."  # before the number of a plural form
ATTESTED, DRAFT = "atteste", "brouillon"
MAX_CHARACTERS: Final = 2000


@dataclass(frozen=True, slots=True)
class TextForm:
    """The form as a page shows it. present is what the draft has meanwhile, where another wrote something else."""

    typed: Typed
    complaints: tuple[str, ...] = ()
    by: str = ""
    present: tuple[str, ...] = ()

    @property
    def is_wrong(self) -> bool:
        """Whether something must be corrected or chosen before it is saved."""
        return bool(self.complaints or self.by)


def form_of(texts: LanguageTexts, one: Translation) -> TextForm:
    """Return the form with the translation of the draft."""
    translation = TypedTranslation(one.text, one.forms)
    seen = entry_digest(texts, one.text)
    return TextForm(Typed(translation, one.notes.is_attested, one.notes.basis, seen), one.complaints)


def filled_form(texts: LanguageTexts, one: Translation, sent: Mapping[str, object], copy: WorkingCopy) -> TextForm:
    """Return the form with what somebody sent."""
    forms = [str(sent.get(f"{FORM}{place}", ""))[:MAX_CHARACTERS] for place in range(len(one.forms))]
    translation = forms_typed(one.text, forms)
    basis = " ".join(str(sent.get("repose", "")).split())
    typed = Typed(translation, sent.get("vaut") == ATTESTED, basis, str(sent.get("seen", "")))
    form = TextForm(typed, complaints_about(translation, texts.language))
    if typed.is_attested and not basis:
        form = replace(form, complaints=(*form.complaints, "dites dans quelle source ce texte se trouve"))
    now = entry_digest(texts, one.text)
    if typed.seen == now:
        return form
    changed = copy.changed.get(translations_path(texts.language.code))
    by = one.notes.translated.by if one.notes.translated else changed.by if changed else "une publication"
    if translation.forms == one.forms:
        return replace(form, typed=replace(typed, seen=now))
    return replace(form, typed=replace(typed, seen=now), by=by, present=one.forms)


def names_in(text: Text) -> tuple[str, ...]:
    """Return what stands in braces in the French, which a translation must have too."""
    return tuple(dict.fromkeys(f"{{{name}}}" for name in Template.of(text.one).names))
