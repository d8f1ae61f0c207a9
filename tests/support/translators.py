"""People who translate the small language `aa` in a draft, over versions in a database."""

from __future__ import annotations

from datetime import date

from authoring.translating.known_texts import language_texts
from authoring.translating.language_texts import LanguageTexts, Translation
from authoring.translating.po_exchange import Exchange, Sender
from authoring.translating.trial import forms_typed
from authoring.translating.writing import TranslationWriting, Typed, entry_digest
from authoring.versions.languages import translations_path
from tests.authoring.drafts.test_menu_drafts import Desk

AA = translations_path("aa")
FRUIT, WELCOME, BACK = "Quel fruit ?", "Bienvenue", "Retour"
DAY = date(2026, 12, 1)


class Translators:
    """People who translate one language at a desk."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.writing = desk, TranslationWriting(desk.drafts)

    async def texts(self) -> LanguageTexts:
        found = language_texts(await self.desk.drafts.working_copy(), "aa")
        assert found
        return found

    async def one(self, french: str) -> Translation:
        found = (await self.texts()).translations.values()
        return next(one for one in found if one.text.one == french)

    async def typed(self, french: str, *forms: str, basis: str = "") -> Typed:
        text, texts = (await self.one(french)).text, await self.texts()
        return Typed(forms_typed(text, forms), bool(basis), basis, entry_digest(texts, text))

    async def save(self, by: str, french: str, *forms: str, basis: str = "") -> None:
        await self.writing.save(by, "aa", await self.typed(french, *forms, basis=basis))

    async def accept(self, by: str, french: str) -> None:
        text = (await self.one(french)).text
        await self.writing.accept(by, "aa", text, entry_digest(await self.texts(), text))

    async def take(self, raw: str, *, by: str = "bio", replaces: bool = False) -> Exchange:
        return await self.writing.take(by, "aa", raw.encode(), Sender(by, DAY, replaces, "aa.po"))

    async def file(self) -> str:
        return (await self.desk.drafts.working_copy()).text(AA)
