"""The verb `zin tidy`: deletes what is past its time, as `zin deliver` does every hour."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

from cli import french
from cli.database_access import with_database
from cli.errors import report_errors
from reporting.french import format_number

if TYPE_CHECKING:  # it opens the database, which takes time to import, which other verbs need not wait for
    from database.interface import Database


@french.command(
    help="Supprime ce qui a dépassé sa durée de conservation, comme « zin deliver » le fait chaque heure ; affiche une "
    "ligne par table."
)
@french.option("--dry-run", is_flag=True, help="Compte seulement, et ne supprime rien.")
@report_errors
def tidy(dry_run: bool) -> None:
    """Delete what is past its time, in batches, with a line for each table."""
    with_database(lambda database: _tidy(database, dry=dry_run))


async def _tidy(database: Database, *, dry: bool) -> None:
    from runtime.retention import tidy

    verb = "à supprimer" if dry else "supprimées"
    async for done in tidy(database, time.time(), dry=dry):
        after = f"après {done.rule.days} jour{'s' if done.rule.days > 1 else ''}"
        click.echo(f"{done.rule.table.name} : {format_number(done.rows)} lignes {verb}, {after}")
