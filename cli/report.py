"""The verb `zin report`: the summary of a month as one file, to print or to send with a mail.

A user of the system's timer runs it on the first day of each month; what it writes is what the desk shows.
"""

from __future__ import annotations

import asyncio
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli import french
from cli.active_settings import load
from cli.database_access import prepared_database
from cli.errors import report_errors
from settings import Settings

if TYPE_CHECKING:  # they open the registry, which takes time to import, which other verbs need not wait for
    from admin.analytics.period import Period
    from admin.analytics.period_report import ReportSources
    from database.interface import OpenDatabase


@french.command(
    help="Écrit le résumé d'un mois dans FICHIER : une page, à imprimer ou à envoyer. MOIS s'écrit 2026-11.",
)
@click.argument("month", metavar="MOIS")
@click.argument("file", metavar="FICHIER", type=click.Path(dir_okay=False, path_type=Path))
@report_errors
def report(month: str, file: Path) -> None:
    """Write the summary of a month to a file."""
    from admin.analytics.period import parse_period

    settings = load()
    asked = parse_period({"mois": month}, _today())
    file.write_text(asyncio.run(_summary(settings, asked)), "utf-8")
    click.echo(f"Le résumé de {asked.title} est dans {file}.")


def _today() -> date:
    from analytics.counters import day_of

    return day_of(time.time())


async def _summary(settings: Settings, asked: Period) -> str:
    """Return the summary of a month as HTML."""
    from admin.analytics.period_report import load_report
    from admin.analytics.summary_page import summary_file

    async with prepared_database(settings) as database:
        sources = await _sources(settings, database)
        try:
            found = await load_report(sources, asked, _today())
            return summary_file(found, sources.edition, time.time())
        finally:
            if sources.store:
                await sources.store.close()


async def _sources(settings: Settings, database: OpenDatabase) -> ReportSources:
    """Return what the report is made from; without an address of Valkey, nothing about people."""
    from admin.analytics.period_report import ReportSources
    from authoring.validation import validate
    from runtime.active_menus import load_active_menus
    from sources.registry import open_sources
    from state.store.redis import RedisSessionStore

    served = (await load_active_menus(settings, database)).settings
    sources = await open_sources(served, database)
    try:
        edition = validate(served, sources.built_in).edition
    finally:
        await sources.close()
    url = settings.redis_url
    store = RedisSessionStore(url, settings.connect_seconds, settings.failover_seconds) if url else None
    return ReportSources(database, store, settings, edition, served.menus)
