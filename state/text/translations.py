"""Translations of one language: from an operator's French to the reader's text.

The .po files of locales/ are read at start and on change, and compiled in memory only. A missing or fuzzy message is
shown in the language's fallback, and at last in French. A fact that a source joined from several messages (documents
one per line, a note in parentheses) is translated message by message.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache, partial
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from reporting.time_zone import zone
from state.errors import Problem
from state.interfaces import FactKind
from state.text import po_files
from state.text.languages import FRENCH, MONTHS, SOURCE, Language, read_languages
from state.text.own_words import MixedFolding, Translation, tones_of
from state.text.po_catalog import Translations
from state.text.po_files import forms, translation_status
from state.text.template import format_fact

MAX_CACHED = 16  # translators; one may take megabytes
_JOINTS = re.compile(r"(\n?^- |\n|\n?^\(| \((?=[^()]*\)$)|\)$)", re.MULTILINE)


class French(NullTranslations):
    """The source language; zero takes the singular."""

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Return the singular for 0 and 1, else the plural."""
        return msgid1 if n < 2 else msgid2

    def npgettext(self, context: str, msgid1: str, msgid2: str, n: int) -> str:
        """Return the singular for 0 and 1, else the plural."""
        return self.ngettext(msgid1, msgid2, n)


@dataclass(frozen=True, slots=True, eq=False)
class Translator:
    """Translates and formats texts in one language."""

    language: Language = FRENCH
    words: NullTranslations = field(default_factory=French)
    catalog: Catalog = field(default_factory=Catalog)  # the messages that the words were made of; none in French

    def translate(self, text: str, sense: str = "") -> str:
        """Translate an operator's text."""
        return self.words.pgettext(sense, text) if sense else self.words.gettext(text)

    def ngettext(self, one: str, several: str, sense: str = "") -> Callable[[int], str]:
        """Return a function that gives the translation for a number."""
        if sense:
            return partial(self.words.npgettext, sense, one, several)
        return partial(self.words.ngettext, one, several)

    def format_fact(self, value: str, kind: FactKind, sense: str = "") -> str:
        """Format or translate a source's fact."""
        if kind == "list":
            return ", ".join(self.translate(part, sense) for part in value.split(", ")) if value else ""
        if kind != "words":
            own = self.language
            return format_fact(value, kind, own.dates if kind == "date" else own.numbers, own.months)
        if not value or self.language.code == SOURCE:
            return value
        whole = self.translate(value, sense)
        if whole != value:
            return whole
        parts = _JOINTS.split(value)
        return "".join(
            part if place % 2 or not part else self.translate(part, sense) for place, part in enumerate(parts)
        )

    def hour(self, at: float, now: float) -> str:
        """Return the local time, rounded up to a minute, with the date if it is not today's; both in Unix seconds.

        The date is in digits: the name of a month may need letters that halve the capacity of a screen.
        """
        then, today = (datetime.fromtimestamp(one, zone()) for one in (math.ceil(at / 60) * 60, now))
        hour = f"{then.hour} h {then.minute:02}"
        if then.date() == today.date():
            return hour
        return f"{hour} ({then:%d/%m})"


Wordings = Mapping[str, Translator]


def read_wordings(folder: Path) -> tuple[Wordings, list[Problem]]:
    """Read every language of a locales folder with its translations, in the order of the table, and the problems.

    A translation with a problem is left out, so that its text is shown in French. The problems of a language's file
    are its own: `split_problems` has them by language.
    """
    languages, problems = read_languages(folder)
    catalogs: dict[str, Catalog] = {}
    for code, language in languages.items():
        if code != SOURCE:
            catalogs[code], wrong = po_files.read_cached(folder / f"{code}{po_files.SUFFIX}", language)
            problems += wrong
    return wordings_of(languages, catalogs), problems


def wordings_of(languages: Mapping[str, Language], catalogs: Mapping[str, Catalog]) -> Wordings:
    """Return the languages with their catalogues, all but French, in the order of the table."""
    found: dict[str, Translator] = {SOURCE: _french(languages[SOURCE])}
    for code in catalogs:
        _add(code, languages, catalogs, found)
    return {code: found[code] for code in languages}


def split_problems(problems: Iterable[Problem]) -> tuple[list[Problem], Mapping[str, list[Problem]]]:
    """Return the problems of the table, which concern all languages, and those of translations by language."""
    of_table, by_language = list[Problem](), dict[str, list[Problem]]()
    for problem in problems:
        path = Path(problem.file)
        (by_language.setdefault(path.stem, []) if path.suffix == po_files.SUFFIX else of_table).append(problem)
    return of_table, by_language


@lru_cache(maxsize=MAX_CACHED)
def _french(language: Language) -> Translator:
    return Translator(language)


def _add(
    code: str, languages: Mapping[str, Language], catalogs: Mapping[str, Catalog], found: dict[str, Translator]
) -> None:
    """Build the translator of a language, after that of its fallback."""
    language = languages[code]
    if code in found:
        return
    if language.fallback not in found:
        _add(language.fallback, languages, catalogs, found)
    found[code] = _made(language, catalogs[code], found[language.fallback])


@lru_cache(maxsize=MAX_CACHED)
def _made(language: Language, catalog: Catalog, fallback: Translator) -> Translator:
    """Build the translator of a language; cached while nothing of it changes."""
    return make_translator(language, catalog, fallback)


def make_translator(language: Language, catalog: Catalog, fallback: Translator) -> Translator:
    """Build the translator of a language as the table has it; fallback says what its catalogue does not."""
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    words = GNUTranslations(compiled)
    words.add_fallback(fallback.words)
    return Translator(_mixed(language, catalog, fallback.language), words, catalog)


def without_translations(wordings: Wordings, codes: Collection[str]) -> Wordings:
    """Return wordings in which these languages show the texts of their fallback, and at last French."""
    left = {code: Translations() if code in codes else one.catalog for code, one in wordings.items() if code != SOURCE}
    languages = {code: one.language for code, one in wordings.items()}
    found: dict[str, Translator] = {SOURCE: wordings[SOURCE]}
    for code in left:
        _add(code, languages, left, found)
    return {code: found[code] for code in wordings}


def _mixed(language: Language, catalog: Catalog, fallback: Language) -> Language:
    """Return the language with a folding that leaves the words of its fallbacks their accents."""
    if not tones_of(language.folding):
        return language
    theirs = fallback.folding.own if isinstance(fallback.folding, MixedFolding) else frozenset[str]()
    return replace(language, folding=MixedFolding(language.folding, _translations(language, catalog), theirs))


def _translations(language: Language, catalog: Catalog) -> Iterator[Translation]:
    """Yield what is shown in the language beside its French: messages, months and its name."""
    for message in catalog:
        if message.id and translation_status(message) != "missing":
            french = " ".join(message.id) if isinstance(message.id, tuple | list) else message.id
            yield french, " ".join(forms(message))
    for month in range(1, MONTHS + 1):
        day = f"2026-{month:02}-05"
        yield format_fact(day, "date"), format_fact(day, "date", language.dates, language.months)
    yield "", language.name
