"""The languages of a working copy, read once for each content: a page asks for them at each key that is pressed."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from authoring.drafts.draft_languages import languages_in
from authoring.drafts.working_copy import WorkingCopy
from authoring.translating.language_texts import LanguageTexts
from authoring.translating.texts import Texts, texts_of
from authoring.versions.archive import Files, digest
from authoring.versions.languages import menus_of, translations_path
from state.text.languages import SOURCE, Language

MAX_MENUS: Final = 3  # in service, in the draft, and before the last save
MAX_LANGUAGES: Final = 12  # of these; one takes a few megabytes


@dataclass(frozen=True, slots=True)
class _Menus:
    """The files of menus, named by what they hold."""

    name: str
    files: Files = field(compare=False, repr=False)


def language_texts(working_copy: WorkingCopy, code: str) -> LanguageTexts | None:
    """Return a language of the working copy; None if there is none with this code, and for French."""
    files = working_copy.files
    language = languages_in(files).get(code)
    if language is None or code == SOURCE:
        return None
    menus = menus_of(files)
    return _language(_Menus(digest(menus), menus), language, files.get(translations_path(code), b""))


@lru_cache(maxsize=MAX_MENUS)
def _texts(menus: _Menus) -> Texts:
    return texts_of(menus.files)


@lru_cache(maxsize=MAX_LANGUAGES)
def _language(menus: _Menus, language: Language, content: bytes) -> LanguageTexts:
    return LanguageTexts(language, content, _texts(menus))
