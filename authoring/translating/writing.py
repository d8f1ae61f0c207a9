"""Writes translations and reviews into the draft, one entry of a .po file at a time.

Who translated a text does not review it. A save names the entry that it was made from; if somebody else changed that
entry meanwhile it is refused, and a save of another entry of the same file goes through.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, TypeVar

from authoring.drafts.repository import DraftChanged, MenuDrafts
from authoring.drafts.working_copy import WorkingCopy, content_digest
from authoring.translating.known_texts import language_texts
from authoring.translating.language_texts import LanguageTexts
from authoring.translating.notes import MAX_BASIS_CHARACTERS
from authoring.translating.po_entries import Written, entry_of, write_entries
from authoring.translating.po_exchange import Exchange, Sender, Sides, read_exchange
from authoring.translating.texts import Text
from authoring.translating.trial import TypedTranslation, complaints_about
from authoring.translation_files import new_file
from authoring.versions.errors import MenusRefused
from authoring.versions.languages import translations_path
from catalog.facts import local_today

MAX_TRIES: Final = 3  # saves of a file that others save at the same moment, in other entries
Result = TypeVar("Result")
Writing = Callable[[LanguageTexts], Written]  # makes the entry from the file as it is now
MAX_SHOWN: Final = 60  # characters of a text, in the audit


@dataclass(frozen=True, slots=True)
class Typed:
    """A translation as somebody sent it: seen is the digest of the entry that it was made from."""

    translation: TypedTranslation
    is_attested: bool
    basis: str
    seen: str


def entry_digest(texts: LanguageTexts, text: Text) -> str:
    """Return what a form sends back, to show which entry it was made from."""
    return content_digest(entry_of(texts.content.decode("utf-8", "replace"), text).strip().encode())


class EntryChanged(MenusRefused):
    """Somebody else changed this translation since it was read; nothing was saved."""

    def __init__(self) -> None:
        super().__init__("Quelqu'un d'autre vient de changer cette traduction : voyez la sienne, puis choisissez.")


class TranslationWriting:
    """Saves translations and reviews in the draft. by is an account, or demo.

    Each method raises MenusRefused, EntryChanged and SourceUnavailable, and then changes nothing.
    """

    def __init__(self, drafts: MenuDrafts) -> None:
        self._drafts = drafts

    async def save(self, by: str, code: str, typed: Typed) -> None:
        """Save a translation as a draft, or as attested; an empty one removes it."""
        text = typed.translation.text
        if len(typed.basis) > MAX_BASIS_CHARACTERS or not typed.basis.isprintable():
            raise MenusRefused(f"« Repose sur » a {MAX_BASIS_CHARACTERS} signes au plus, sur une ligne.")

        def write(texts: LanguageTexts) -> Written:
            if wrong := complaints_about(typed.translation, texts.language):
                raise MenusRefused(" ".join(wrong))
            before = texts.translations[text.id].notes
            notes = before.rewritten(by, local_today(), is_attested=typed.is_attested, basis=typed.basis)
            lines = () if typed.translation.is_empty else tuple(notes.lines())
            return Written(text, typed.translation.forms, lines)

        await self._write(by, code, (text, typed.seen), write)

    async def accept(self, by: str, code: str, text: Text, seen: str) -> None:
        """Note that somebody reviewed a translation that another wrote."""

        def write(texts: LanguageTexts) -> Written:
            found = texts.translations[text.id]
            if found.state not in ("draft", "attested"):
                raise MenusRefused("Il n'y a ici rien à relire : traduisez d'abord.")
            notes = found.notes
            if notes.translated and notes.translated.by == by:
                raise MenusRefused("Vous avez écrit cette traduction : une autre personne la relit.")
            return Written(text, found.forms, tuple(notes.accepted(by, local_today()).lines()))

        await self._write(by, code, (text, seen), write)

    async def take(self, by: str, code: str, raw: bytes, sender: Sender) -> Exchange:
        """Take the texts that a file changed; with faults in it, nothing."""

        async def once() -> Exchange:
            working_copy = await self._drafts.working_copy()
            draft = language_texts(working_copy, code)
            if draft is None:
                raise MenusRefused("Il n'y a pas une telle langue dans les menus.")
            in_service = language_texts(WorkingCopy(working_copy.in_service, {}), code)
            found = read_exchange(raw, Sides(in_service or draft, draft), sender)
            if found.changes:
                await self._save(by, draft, found.changes, what=f"{sender.name}: {len(found.changes)}")
            return found

        return await _tried(once)

    async def _write(self, by: str, code: str, about: tuple[Text, str], write: Writing) -> None:
        """Write one entry of the file as it is now; another entry that changed meanwhile is no obstacle."""
        text, seen = about

        async def once() -> None:
            texts = language_texts(await self._drafts.working_copy(), code)
            if texts is None or text.id not in texts.texts:
                raise MenusRefused("Ce texte n'est plus dans les menus : un autre est à traduire à sa place.")
            if entry_digest(texts, text) != seen:
                raise EntryChanged
            await self._save(by, texts, [write(texts)], what=text.one[:MAX_SHOWN])

        await _tried(once)

    async def _save(self, by: str, texts: LanguageTexts, changes: Sequence[Written], what: str) -> None:
        path, seen = translations_path(texts.language.code), content_digest(texts.content or None)
        await self._drafts.save(by, path, file_with(texts, changes), seen=seen, what=what)


def file_with(texts: LanguageTexts, changes: Sequence[Written]) -> bytes:
    """Return the .po file of a language with these entries, which begins empty for a new language."""
    content = texts.content or new_file(texts.language)
    return write_entries(content.decode("utf-8", "replace"), changes, texts.texts).encode()


async def _tried(once: Callable[[], Awaitable[Result]]) -> Result:
    """Try again if somebody saved the same file at the same moment."""
    for _ in range(MAX_TRIES - 1):
        with suppress(DraftChanged):
            return await once()
    return await once()
