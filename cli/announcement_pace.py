"""Says before the hour if the announcement of results takes too long at the pace of SMS."""

from __future__ import annotations

import asyncio

import click

from reporting.sending_time import warn_of_announcement
from settings import Settings


def warn_of_pace(settings: Settings, session: str) -> None:
    """Print on stderr what the announcement of a session takes, if that is more than an hour.

    Raises SourceUnavailable.
    """
    if said := warn_of_announcement(asyncio.run(_count(settings, session)), settings.sms_per_second):
        click.echo(said, err=True)


async def _count(settings: Settings, session: str) -> int:
    from database import open_database
    from results.announcer import count_subscribers

    database = open_database(settings)
    try:
        return await count_subscribers(database, session)
    finally:
        await database.close()
