"""Every source that the settings name, built and opened.

`build_sources` reaches for nothing, which is all that `zin check` needs; `open_sources` also fills in what must be in
the database, whose owner has migrated it before and closes it after. Only this module imports what is heavy: reading an
entry file need not wait.
"""

from __future__ import annotations

from collections.abc import Mapping

from catalog.communes import load_communes
from catalog.entries import Entries, read_entries
from database.interface import Database
from database.preferences import PreferenceRepository
from settings import Settings
from sources import Sources
from sources.careers import Careers
from sources.centres import Centres
from sources.exam_results import Exams
from sources.languages import Languages
from sources.requests import Requests
from sources.requests_api import RequestsApi
from sources.sample_data import load_sample, refuse_sample
from sources.services import Catalogue
from sources.timeout import TimeLimitedSource
from state.text.languages import offered, read_languages
from state.text.translations import Wordings


def build_sources(settings: Settings, database: Database, entries: Entries | None = None) -> Sources:
    """Every source that the settings name; nothing is connected before the first question.

    Entries are read from the settings' menus unless given; raises InvalidMenu then.
    """
    entries = entries or read_entries(settings.menus)
    catalogue, exams = Catalogue(entries.services), Exams(database, entries.exams)
    table, _ = read_languages(settings.locales)
    languages = Languages({one.code: one.name for one in offered(table, settings.drafts)})
    requests: Requests | RequestsApi
    if settings.requests_url:
        requests = RequestsApi(settings, entries.statuses)
    else:
        requests = Requests(database, entries.statuses)

    def take(entries: Entries, offered: Mapping[str, str], wordings: Wordings) -> None:
        languages.reload(offered)
        catalogue.reload(entries.services, wordings)
        exams.reload(entries.exams)
        requests.reload(entries.statuses)

    waited_for = (exams, requests, Centres(database), Careers(database))
    return Sources(
        (
            *(TimeLimitedSource(source, None) for source in (catalogue, languages)),
            *(TimeLimitedSource(source, settings.source_seconds) for source in waited_for),
        ),
        PreferenceRepository(database, settings.source_seconds),
        take,
    )


async def open_sources(settings: Settings, database: Database) -> Sources:
    """Every source, ready to be asked: communes as in their file, sample data as the settings say.

    Raises InvalidMenu, SourceUnavailable when the database cannot be had, and ZinError when production would start on
    sample data.
    """
    sources = build_sources(settings, database)
    await load_communes(database, settings.menus / "communes.csv")
    await PreferenceRepository(database, settings.source_seconds).forget_old()
    await (load_sample if settings.env == "demo" else refuse_sample)(database, settings)
    return sources


async def reopen_sources(settings: Settings, database: Database) -> Sources:
    """Every source, over a database that another process of this start has filled. Raises InvalidMenu."""
    return build_sources(settings, database)
