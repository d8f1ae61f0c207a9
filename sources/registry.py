"""Builds and opens every source that the settings name.

`build_sources` connects to nothing, which is enough for `zin check`. `open_sources` also fills the database; its owner
migrates it before and closes it after. Only this module imports the heavy dependencies, so reading an entry file stays
fast.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from catalog.entries import Entries, read_entries
from database.interface import Database
from database.preferences import LatePreferences, PreferenceRepository
from settings import Settings
from sources import Sources, requests
from sources.careers import QUESTION as CAREERS
from sources.careers import Careers
from sources.centres import Centres
from sources.declared.active import DeclaredSources
from sources.exam_results import Exams
from sources.languages import Languages
from sources.requests import Requests
from sources.sample_data import load_sample, refuse_sample
from sources.services import Catalogue
from sources.timeout import TimeLimitedSource
from sources.traced import traced_source
from state.interfaces import Source
from state.text.languages import offered, read_languages
from state.text.translations import Wordings

REGISTER_QUESTIONS: Final = (requests.QUESTION_NAME, CAREERS.name)  # a file may answer them instead


def build_sources(
    settings: Settings, database: Database, entries: Entries | None = None, catalogue: Catalogue | None = None
) -> Sources:
    """Build every source that the settings name; nothing is connected before the first question.

    Entries are read from the menus if not given, which raises InvalidMenu. A given catalogue has their services.
    """
    entries = entries or read_entries(settings.menus)
    catalogue, exams = catalogue or Catalogue(entries.services, entries.synonyms), Exams(database, entries.exams)
    centres, own_careers = Centres(entries.communes, entries.centres), Careers(database, entries.registers)
    languages, own_requests = _build_languages(settings), Requests(database, entries.statuses, entries.registers)

    def take(entries: Entries, offered: Mapping[str, str], wordings: Wordings) -> None:
        languages.reload(offered)
        catalogue.reload(entries.services, entries.synonyms, wordings)
        exams.reload(entries.exams)
        centres.reload(entries.communes, entries.centres)
        own_requests.reload(entries.statuses, entries.registers)
        own_careers.reload(entries.registers)

    seconds, registers = settings.source_seconds, _limited(settings.source_seconds, own_requests, own_careers)
    sources = Sources(
        (*_at_once(catalogue, languages, centres), *_limited(seconds, exams), *registers),
        LatePreferences(PreferenceRepository(database, seconds)),
        take,
        DeclaredSources(settings, {name: one for one in registers for name in one.questions}),
        {name: one.has_data for one in (own_requests, own_careers, exams) for name in one.questions},
    )
    sources.declare(entries)
    return sources


def entry_sources(entries: Entries, wordings: Wordings) -> Mapping[str, Source]:
    """Return the source of each question that these entries answer by themselves: services and centres."""
    catalogue = Catalogue(entries.services, entries.synonyms)
    catalogue.reload(entries.services, entries.synonyms, wordings)
    sources = _at_once(catalogue, Centres(entries.communes, entries.centres))
    return {name: source for source in sources for name in source.questions}


def _at_once(*sources: Source) -> list[Source]:
    """Guard sources that answer from memory."""
    return [TimeLimitedSource(source, None) for source in sources]


def _limited(seconds: float, *sources: Source) -> list[Source]:
    """Limit the time of sources that read our own tables."""
    return [traced_source(TimeLimitedSource(source, seconds, is_ours=True)) for source in sources]


def _build_languages(settings: Settings) -> Languages:
    table, _ = read_languages(settings.locales)
    return Languages({one.code: one.name for one in offered(table, settings.drafts)})


async def open_sources(settings: Settings, database: Database) -> Sources:
    """Build every source, and load the sample data that the settings ask for.

    Raises InvalidMenu, SourceUnavailable if the database fails, and ZinError if production has sample data.
    """
    sources = build_sources(settings, database)
    await (load_sample if settings.has_sample_data else refuse_sample)(database, settings)
    return sources
