"""Texts of a new version that a language has not translated yet, so that they are shown in French."""

from __future__ import annotations

from collections.abc import Iterator

from authoring.diff.changes import Change, shorten
from catalog.entries import Entries
from catalog.texts import texts_of
from state.menu.extraction import messages_of
from state.menu.phrases import sense_of
from state.menu.versions import MenuVersion
from state.text.languages import SOURCE
from state.text.template import has_words
from state.text.translations import Translator

Text = tuple[str, str, str]  # in French: of one, of several for a number, and in which sense


def untranslated_texts(before: tuple[MenuVersion, Entries], after: tuple[MenuVersion, Entries]) -> Iterator[Change]:
    """Yield the new texts that an offered language shows in French, each with the names of those languages."""
    edition, known = after[0], set(_texts(*before))
    offered = [edition.wordings[code] for code in edition.offered if code != SOURCE]
    for text in dict.fromkeys(_texts(*after)):
        if text in known or not has_words(text[0]):
            continue
        if lacking := [wording.language.name for wording in offered if _lacks(wording, *text)]:
            yield Change(f"en {', '.join(lacking)}, ce texte reste en français", after=text[1] or text[0])


def translations_changed(before: MenuVersion, after: tuple[MenuVersion, Entries]) -> Iterator[Change]:
    """Yield the phrases and the texts of services, exams and statuses that a language says in another way."""
    edition, entries = after
    for code, wording in edition.wordings.items():
        was = before.wordings.get(code)
        for one, several, sense in dict.fromkeys(_beside_screens(edition, entries)) if was and code != SOURCE else ():
            old, new = (_translated(side, one, several, sense) for side in (was or wording, wording))
            if old != new:
                yield Change(f"en {wording.language.name}, « {shorten(one)} »", old, new)


def _translated(wording: Translator, one: str, several: str, sense: str) -> str:
    if several:
        of_number = wording.ngettext(one, several, sense)
        return "\n".join(dict.fromkeys(of_number(number) for number in (1, 2)))
    return wording.translate(one, sense)


def _texts(edition: MenuVersion, entries: Entries) -> Iterator[Text]:
    """Yield every translatable text of a version."""
    yield from _beside_screens(edition, entries)
    for journey in edition.journeys.files.values():
        yield from ((message.text, message.several, message.sense) for message in messages_of(journey))


def _beside_screens(edition: MenuVersion, entries: Entries) -> Iterator[Text]:
    phrases = edition.journeys.phrases
    for name, text in phrases.model_dump().items() if phrases else ():
        yield text, "", sense_of(name)
    for group in (entries.services, entries.exams, entries.statuses, entries.messages):
        for entry in group.values():
            yield from ((text, "", sense) for _, text, sense in texts_of(entry))


def _lacks(wording: Translator, one: str, several: str, sense: str) -> bool:
    if several:
        return wording.ngettext(one, several, sense)(2) == several
    return wording.translate(one, sense) == one
