"""Everything that operators and translators write, read and held against one another before it goes live.

menus/ and locales/ -> journeys, entries, languages, words -> lint -> an edition -> its pages in every language on every
channel. `zin check` tells what is found; the server starts on nothing, and takes nothing up, in which there is a
problem. A warning stops nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from catalog import texts as entry_texts
from catalog.communes import read_communes
from catalog.entries import KINDS, Entries, read_all
from channels import rooms
from database import open_database
from settings import Settings
from sources.registry import build_sources
from state.errors import InvalidMenu, Problem
from state.menu.journey_files import read_journeys
from state.menu.lint import lint
from state.menu.lint.rule import Questions
from state.menu.versions import MenuVersion, build_menu_version
from state.rendering import size_check
from state.rendering.size_check import MESSAGE, ScreenSizeReport, measure_all
from state.text.languages import FRENCH
from state.text.translations import read_wordings
from state.yaml_files.loader import parse


@dataclass(frozen=True, slots=True)
class ValidatedMenus:
    """What was read, without a problem, and what there is to say of it."""

    edition: MenuVersion
    entries: Entries
    size_reports: tuple[ScreenSizeReport, ...]
    warnings: tuple[Problem, ...]


def validate(settings: Settings, asked: Questions | None = None) -> ValidatedMenus:
    """What the settings' folders hold; asked are the questions that their sources answer, ours unless given.

    Raises MenuBroken with everything that is to mend, all of it at once.
    """
    journeys, (wordings, problems) = read_journeys(settings.menus), read_wordings(settings.locales)
    entries, wrong = read_all(settings.menus)
    ours = build_sources(settings, open_database(settings), entries).questions
    questions = {name: ours.get(name, one) for name, one in (asked or ours).items()}  # with the facts of these entries
    wrong += [*_undisplayable_characters(settings.menus), *_communes(settings.menus)]
    if problems := [*problems, *wrong, *lint(journeys, questions)]:
        raise InvalidMenu(sorted(set(problems)))
    edition = build_menu_version(journeys, questions, wordings, settings.drafts)
    found = tuple(measure_all(edition, rooms(settings)))
    if torn := size_check.problems(edition, found):
        raise InvalidMenu(sorted(torn))
    return ValidatedMenus(edition, entries, found, tuple(sorted(size_check.warnings(edition, found))))


def folder_validator(settings: Settings, asked: Questions | None = None) -> Callable[[Path], ValidatedMenus]:
    """What checks other folders of menus as `checked` does, with the languages of today."""
    return lambda menus: validate(settings.model_copy(update={"menus": menus}), asked)


def _undisplayable_characters(menus: Path) -> Iterator[Problem]:
    """The signs in entries that no basic phone can show."""
    for kind in KINDS:
        for path in sorted((menus / kind.folder).glob("*.yaml")):
            with suppress(OSError):  # told already, where it was read
                yield from _lost_in(str(path), path.read_bytes())


@lru_cache(maxsize=4096)
def _lost_in(file: str, raw: bytes) -> tuple[Problem, ...]:
    """A file that stays is looked through once."""
    found = []
    for message in entry_texts.messages_in(parse(raw, file)):
        for sign in FRENCH.lost(message.text):
            what = f"« {sign} » (U+{ord(sign):04X}) ne s'affiche pas sur un téléphone simple : remplacez-le"
            found.append(Problem(message.file, message.line, 1, what))
    return tuple(found)


def _communes(menus: Path) -> Iterator[Problem]:
    try:
        read_communes(menus / "communes.csv")
    except InvalidMenu as broken:
        yield from broken.problems


def size_table(found: tuple[ScreenSizeReport, ...]) -> Iterator[str]:
    """The pages of every screen, one line each, languages side by side, channel by channel."""
    for channel in dict.fromkeys(fit.channel for fit in found):
        here = [fit for fit in found if fit.channel == channel]
        languages = list(dict.fromkeys(fit.language for fit in here))
        what = ("parties", "message", "partie") if channel == MESSAGE else ("pages", "écran", "page")
        yield f"\n{channel} : {what[0]} de chaque {what[1]} au plus long, et signes de la plus grande {what[2]}"
        yield f"{'':32}" + "".join(f"{language:>12}" for language in languages)
        for screen in dict.fromkeys(fit.screen for fit in here):
            cells = {fit.language: f"{fit.pages} ({fit.largest}/{fit.room})" for fit in here if fit.screen == screen}
            yield f"{screen:32}" + "".join(f"{cells[language]:>12}" for language in languages)
