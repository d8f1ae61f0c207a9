"""The files of translators: French texts are extracted to locales/, and translations are counted.

menus/ -> locales/zin.pot (extract) -> locales/<language>.po (update) -> Poedit, Weblate or a text editor -> status.
Babel reads, merges and writes; state.menu.extraction and catalog.texts list the texts. A file is written only if its
messages change, so that a new date alone makes no difference.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

from catalog.entries import KINDS
from catalog.texts import own_messages
from state.errors import InvalidMenu, Problem
from state.menu.journey_files import read_journeys
from state.text import po_files
from state.text.languages import SOURCE, Language, read_languages
from state.text.po_catalog import Translations
from state.text.po_files import TranslationStatus, forms, translation_status
from state.text.po_parser import parse
from state.text.template import has_words

STATUSES: Final[tuple[TranslationStatus, ...]] = ("reviewed", "attested", "draft", "missing")
TEMPLATE: Final = "zin.pot"
WRITTEN_IN: Final = (
    ("*.yaml", "state.menu.extraction:extract"),
    ("catalogue/*.yaml", "catalog.texts:extract"),
    ("exams/*.yaml", "catalog.texts:extract"),
    ("statuses/*.yaml", "catalog.texts:extract"),
    ("sources/*.yaml", "catalog.texts:extract"),
    ("messages/*.yaml", "catalog.texts:extract"),
)
ABOUT_TEMPLATE: Final = "# Textes français de Zin. « zin words extract » fait ce fichier : ne le modifiez pas."
ABOUT_LANGUAGE: Final = "# Zin en {name} ({code}).\n# Repose sur : à dire ici."


def build_template(menus: Path) -> Catalog:
    """Return all messages of a menu folder.

    Raises InvalidMenu with all problems of its files: the texts of an invalid file would be missing, and look removed.
    """
    if problems := [*read_journeys(menus).problems, *_entry_problems(menus)]:
        raise InvalidMenu(sorted(problems))
    catalog = Translations(about=ABOUT_TEMPLATE)
    for file, line, texts, about, sense in extract_from_dir(menus, WRITTEN_IN):
        if any(map(has_words, (texts,) if isinstance(texts, str) else texts)):
            catalog.add(texts, None, [(f"menus/{file}", line)], auto_comments=about, context=sense)
    for message in own_messages():
        catalog.add(message.text, auto_comments=[message.about], context=message.sense or None)
    return catalog


def extract(menus: Path, locales: Path) -> Path:
    """Write the template for translators' tools; return its path."""
    path = locales / TEMPLATE
    _keep(path, build_template(menus))
    return path


def update(menus: Path, locales: Path) -> Iterator[Path]:
    """Update the template and the file of each language; yield each file that changed.

    A text that changed a little keeps its translation, marked fuzzy and without its review; one that reappears gets
    its own back. Raises InvalidMenu before it writes anything if a file has a problem.
    """
    texts = build_template(menus)
    catalogs = {language: _catalog(locales, language) for language in _languages(locales)}
    if _keep(locales / TEMPLATE, texts):
        yield locales / TEMPLATE
    for language, catalog in catalogs.items():
        _restore_obsolete(catalog, texts)
        catalog.update(texts, update_creation_date=False)
        for message in catalog:
            if message.fuzzy:
                message.user_comments = []  # who stood behind the old text does not stand behind this one
        if _keep(path := locales / f"{language.code}.po", catalog):
            yield path


@dataclass(frozen=True, slots=True)
class LanguageProgress:
    """Progress of one language: messages by status, and the screens that show some French."""

    language: Language
    counts: Mapping[TranslationStatus, int]
    in_french: tuple[str, ...]

    @property
    def messages(self) -> int:
        """Return the number of messages."""
        return sum(self.counts.values())


def status(menus: Path, locales: Path) -> Iterator[LanguageProgress]:
    """Yield the progress of each language. Raises InvalidMenu if a file has a problem."""
    texts = [message for message in build_template(menus) if message.id]
    for language in _languages(locales):
        catalog = _catalog(locales, language)
        counts: dict[TranslationStatus, int] = dict.fromkeys(STATUSES, 0)
        missing: dict[str, None] = {}
        for message in texts:
            found = translation_status(catalog.get(message.id, message.context))
            counts[found] += 1
            if found == "missing":
                missing.update(dict.fromkeys(_screens(message)))
        yield LanguageProgress(language, counts, tuple(missing))


def progress_table(found: Iterable[LanguageProgress]) -> Iterator[str]:
    """Yield the table that `zin words status` prints."""
    heads = ("messages", "traduits", "relus", "attestés", "brouillons", "manquants", "écrans en français")
    yield f"{'':16}" + "".join(f"{head:>{max(len(head), 9) + 2}}" for head in heads)
    for one in found:
        counts = one.counts
        cells = (one.messages, one.messages - counts["missing"], *(counts[name] for name in STATUSES))
        name = f"{one.language.code} {one.language.name}"
        row = zip((*cells, len(one.in_french)), heads, strict=True)
        yield f"{name:16}" + "".join(f"{cell:>{max(len(head), 9) + 2}}" for cell, head in row)


def new_file(language: Language) -> bytes:
    """Return the file of a language that has none yet: its header."""
    return _written(_new_catalog(language))


def _new_catalog(language: Language) -> Catalog:
    return Translations(language.code, ABOUT_LANGUAGE.format(name=language.name, code=language.code))


def _entry_problems(menus: Path) -> Iterator[Problem]:
    for kind in KINDS:
        if (menus / kind.folder).is_dir():
            yield from kind.read(menus / kind.folder)[1]


def _restore_obsolete(catalog: Catalog, texts: Catalog) -> None:
    """Take back the entries at the end of a file whose texts reappeared; a present translation is not replaced."""
    for key, gone in list(catalog.obsolete.items()):
        there = catalog.get(gone.id, gone.context)
        if texts.get(gone.id, gone.context) and not (there and any(forms(there))):
            del catalog.obsolete[key]
            catalog.delete(gone.id, gone.context)
            catalog[gone.id] = gone


def _languages(locales: Path) -> list[Language]:
    languages, problems = read_languages(locales)
    if problems:
        raise InvalidMenu(problems)
    return [language for code, language in languages.items() if code != SOURCE]


def _catalog(locales: Path, language: Language) -> Catalog:
    path = locales / f"{language.code}.po"
    if not path.exists():
        return _new_catalog(language)
    catalog, problems = po_files.read(path, language)
    if problems:
        raise InvalidMenu(problems)
    return catalog


def _keep(path: Path, catalog: Catalog) -> bool:
    """Write the catalog unless the file has the same messages; dates are ignored. Return whether it was written.

    A template that cannot be read is written anew; the files of languages were read before.
    """
    if path.exists():
        (old, _), today = parse(path.read_bytes()), (catalog.creation_date, catalog.revision_date)
        catalog.creation_date, catalog.revision_date = old.creation_date, old.revision_date
        if _written(catalog) == _written(old):
            return False
        catalog.creation_date, catalog.revision_date = today
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_written(catalog))
    return True


def _written(catalog: Catalog) -> bytes:
    file = io.BytesIO()
    write_po(file, catalog, include_lineno=False)
    return file.getvalue()


def _screens(message: Message) -> Iterator[str]:
    """Yield the screens that show this message."""
    for about in message.auto_comments:
        place, _, _ = about.partition(" : ")
        if place.startswith("écran "):
            yield place.removeprefix("écran ")
