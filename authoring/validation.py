"""Reads and checks all files of operators and translators before they are served.

menus/ and locales/ -> journeys, entries, languages, translations -> lint -> an edition -> its pages in every language
on every channel. `zin check` prints the problems; the server neither starts on menus with a problem nor activates them.
A problem of translations blocks their language only: what is faulty is shown in French (translation_problems, by
language). A warning blocks nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from authoring.fact_ages import facts_that_end
from authoring.versions.folders import settings_of
from authoring.versions.languages import TranslationProblems
from catalog import message_files, message_texts
from catalog import texts as entry_texts
from catalog.entries import KINDS, SERVICES, Entries, names_of, read_all
from catalog.synonyms import FOLDER, Meanings, meaningless
from channels import rooms
from database import open_database
from registers import checks as register_checks
from settings import Settings
from sources import Sources
from sources.declared import checks as source_checks
from sources.declared.checks import Installation
from sources.registry import REGISTER_QUESTIONS, build_sources
from state.errors import InvalidMenu, Problem
from state.interfaces import ScreenSize
from state.menu.journey_files import read_journeys
from state.menu.lint import advise, lint
from state.menu.lint.rule import Questions
from state.menu.lint.text_rules import names_shown
from state.menu.versions import MenuVersion, build_menu_version
from state.rendering import size_check
from state.rendering.size_check import MESSAGE, ScreenSizeReport, measure_all
from state.text.languages import FRENCH, SOURCE, TABLE, read_languages
from state.text.lost_tones import half_kept_tones, lost_differences
from state.text.translations import read_wordings, split_problems, without_translations
from state.yaml_files.loader import parse


@dataclass(frozen=True, slots=True)
class ValidatedMenus:
    """Menus without a problem, with their screen sizes and warnings.

    translation_problems are the problems of translations, by language; the edition does not have what is faulty.
    """

    edition: MenuVersion
    entries: Entries
    size_reports: tuple[ScreenSizeReport, ...]
    warnings: tuple[Problem, ...]
    translation_problems: TranslationProblems = field(default_factory=dict)


def validate(settings: Settings, asked: Questions | None = None) -> ValidatedMenus:
    """Check the folders of the settings; asked are the questions that their sources answer, by default our own.

    Raises InvalidMenu with all problems at once. Questions that files of these menus declare are known beside asked.
    """
    journeys, (wordings, found_in_po) = read_journeys(settings.menus), read_wordings(settings.locales)
    problems, by_language = split_problems(found_in_po)
    entries, wrong = read_all(settings.menus)
    sources = build_sources(settings, open_database(settings), entries)
    ours = sources.questions  # with the facts of these entries
    questions = {name: ours.get(name, one) for name, one in (asked or ours).items()}
    questions |= {name: one for name, one in ours.items() if name not in sources.built_in}
    wrong += [*register_checks.problems(settings.menus, entries)]
    wrong += [*source_checks.problems(settings.menus, entries, _installation(settings, sources))]
    wrong += [*message_files.problems(settings.menus, entries.messages, questions)]
    wrong += _undisplayable(settings.menus)
    if problems := [*problems, *wrong, *lint(journeys, questions)]:
        raise InvalidMenu(sorted(set(problems)))
    edition = build_menu_version(journeys, questions, wordings, settings.drafts)
    edition, found, torn = _fitting(edition, entries, rooms(settings))
    warnings = (
        *_too_long(settings.menus, edition, entries, found),
        *advise(journeys, questions),
        *_meaningless_synonyms(settings.menus, entries),
        *facts_that_end(settings.menus / SERVICES.folder, entries.services),
        *source_checks.warnings(settings.menus, entries, names_shown(journeys)),
        *_lost_tones(settings.locales),
    )
    return ValidatedMenus(edition, entries, found, tuple(sorted(warnings)), _joined(by_language, torn))


def _joined(*found: Mapping[str, list[Problem]]) -> TranslationProblems:
    """Return the problems of each language together."""
    codes = {code for one in found for code in one}
    return {code: tuple(sorted(problem for one in found for problem in one.get(code, ()))) for code in codes}


def _fitting(
    edition: MenuVersion, entries: Entries, sizes: Mapping[str, ScreenSize]
) -> tuple[MenuVersion, tuple[ScreenSizeReport, ...], Mapping[str, list[Problem]]]:
    """Return the edition with its sizes, without the languages in which a screen cannot be shown, and what is wrong
    there. Raises InvalidMenu if it cannot be shown in French either.
    """
    found = (*measure_all(edition, sizes), *message_texts.measure(entries.messages, edition.menus))
    torn = sorted({one.language for one in found if one.torn})
    if SOURCE in torn or not torn:
        if problems := size_check.problems(edition, found):
            raise InvalidMenu(sorted(problems))
        return edition, found, {}
    wrong = {code: size_check.problems(edition, [one for one in found if one.language == code]) for code in torn}
    in_french = replace(edition, wordings=without_translations(edition.wordings, torn))
    edition = edition.with_translations(in_french)
    found = (*measure_all(edition, sizes), *message_texts.measure(entries.messages, edition.menus))
    if problems := size_check.problems(edition, found):  # the French is too long for letters of this language
        raise InvalidMenu(sorted(problems))
    return edition, found, wrong


def _too_long(
    menus: Path, edition: MenuVersion, entries: Entries, found: tuple[ScreenSizeReport, ...]
) -> Iterator[Problem]:
    """Yield the screens with too many pages, and the messages with too many parts."""
    of_ministries = {f"{message_files.FOLDER}/{name}" for name in entries.messages}
    yield from size_check.warnings(edition, (fit for fit in found if fit.screen not in of_ministries))
    yield from message_texts.warnings(menus, entries.messages, edition.menus)


def folder_validator(settings: Settings, asked: Questions | None = None) -> Callable[[Path], ValidatedMenus]:
    """Return a function that validates other menu folders; one without languages with those of the settings."""
    return lambda folder: validate(settings_of(settings, folder), asked)


def _undisplayable(menus: Path) -> Iterator[Problem]:
    """Yield the characters in entries that a basic phone cannot show."""
    for kind in KINDS:
        for path in sorted((menus / kind.folder).glob("*.yaml")):
            with suppress(OSError):  # reported where the file was read
                yield from undisplayable_characters(str(path), path.read_bytes())


@lru_cache(maxsize=4096)
def undisplayable_characters(file: str, raw: bytes) -> tuple[Problem, ...]:
    """Return the characters of one entry file that a basic phone cannot show; cached by the content."""
    if b"\\" not in raw and not FRENCH.lost(raw.decode(errors="replace")):  # no escape can stand for another character
        return ()
    found = []
    for line, text in entry_texts.texts_read(parse(raw, file)):
        for sign in FRENCH.lost(text):
            what = f"« {sign} » (U+{ord(sign):04X}) ne s'affiche pas sur un téléphone simple : remplacez-le"
            found.append(Problem(file, line, 1, what))
    return tuple(found)


def _installation(settings: Settings, sources: Sources) -> Installation:
    registers = {name: sources.built_in[name] for name in REGISTER_QUESTIONS}
    return Installation(settings, sources.built_in, registers)


def _meaningless_synonyms(menus: Path, entries: Entries) -> Iterator[Problem]:
    meanings = Meanings({name: names_of(service) for name, service in entries.services.items()})
    yield from meaningless(menus / FOLDER, entries.synonyms, meanings)


def _lost_tones(locales: Path) -> Iterator[Problem]:
    """Yield what citizens cannot tell apart on a basic phone."""
    table = locales / TABLE
    for language in read_languages(locales)[0].values():
        if kept := half_kept_tones(language):
            advice = "remplacez-les aussi dans « folding », ou écrivez « ussd: ucs2 »"
            yield Problem(str(table), 1, 1, f"{language.code} : {', '.join(kept)} gardent leur ton seuls : {advice}")
        yield from lost_differences(locales, language)


def size_table(found: tuple[ScreenSizeReport, ...]) -> Iterator[str]:
    """Yield the pages of every screen: one line per screen, one column per language, channel by channel."""
    for channel in dict.fromkeys(fit.channel for fit in found):
        here = [fit for fit in found if fit.channel == channel]
        languages = list(dict.fromkeys(fit.language for fit in here))
        what = ("parties", "message", "partie") if channel == MESSAGE else ("pages", "écran", "page")
        yield f"\n{channel} : {what[0]} de chaque {what[1]} au plus long, et signes de la plus grande {what[2]}"
        yield f"{'':32}" + "".join(f"{language:>12}" for language in languages)
        for screen in dict.fromkeys(fit.screen for fit in here):
            cells = {fit.language: f"{fit.pages} ({fit.largest}/{fit.room})" for fit in here if fit.screen == screen}
            yield f"{screen:32}" + "".join(f"{cells[language]:>12}" for language in languages)
