"""The verbs `zin services`: the catalogue from and to files of other programs (authoring/services)."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli import french
from cli.active_settings import load
from cli.errors import report_errors
from cli.garbage import collection_paused

if TYPE_CHECKING:  # they take time to import, which other verbs need not wait for
    from authoring.services.plan import Plan

folder = french.option(
    "--menus",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DOSSIER",
    help="Les menus de ce dossier, et non ceux de ZIN_MENUS.",
)


@french.group(help="Le catalogue des services, depuis un tableau ou un fichier CPSV-AP, et vers eux.")
def services() -> None:
    """Group the verbs of the catalogue."""


@services.command(
    "import",
    help="""Lit des services dans FICHIER (CSV, XLSX, ou CPSV-AP en JSON-LD), et montre ce qui change dans les fiches.

    Les fiches s'écrivent avec --by : ce que le fichier ne dit pas reste, et aucune fiche n'est ôtée. S'il y a
    une faute, rien n'est écrit.
    """,
)
@click.argument("file", metavar="FICHIER", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@french.option("--by", default="", metavar="NOM", help="Qui importe, pour le journal : les fiches sont écrites.")
@french.option("--dry-run", is_flag=True, help="Montre seulement, et n'écrit rien.")
@french.option("--source", default="", help="Qui affirme les renseignements qui n'ont pas leur source dans le fichier.")
@french.option("--date", default="", metavar="DATE", help="Quand ils étaient vrais, comme 2026-11-24.")
@folder
@report_errors
@collection_paused()
def import_(file: Path, menus: Path | None, **given: str | bool) -> None:
    """Print what an import changes, and write it if somebody answers for it."""
    from authoring.services.exchange import read_services_file
    from authoring.services.plan import plan_import, write_files
    from authoring.services.record import Origin

    by, is_trial = str(given["by"]).strip(), bool(given["dry_run"])
    if not by and not is_trial:
        raise french.FrenchUsageError("il manque --by NOM pour écrire, ou --dry-run pour voir seulement")
    origin = Origin(str(given["source"]), str(given["date"]))
    settings = load()
    records = read_services_file(file, origin)
    plan = plan_import((menus or settings.menus) / "catalogue", records)
    for title in records.unused:
        click.echo(f"Colonne laissée de côté : « {title} »")
    for line in plan.lines():
        click.echo(line)
    if plan.refused:
        sys.exit(2)
    if is_trial or not plan.written:
        click.echo("Rien n'est écrit." if plan.written else "Rien à écrire.")
        return
    _note_import(file, by, records.sha256, plan)
    write_files(plan.written)
    click.echo(f"{len(plan.written)} fiches écrites. Vérifiez : zin check. Puis préparez : zin menus stage.")


@services.command(
    "export", help="Écrit tous les services dans FICHIER : un tableau .csv, ou CPSV-AP 3.2 en JSON-LD, .jsonld."
)
@click.argument("file", metavar="FICHIER", type=click.Path(dir_okay=False, path_type=Path))
@folder
@report_errors
def export(file: Path, menus: Path | None) -> None:
    """Write all services to a file."""
    from authoring.services.exchange import write_services_file
    from catalog.entries import read_services

    settings = load()
    found = read_services((menus or settings.menus) / "catalogue")
    write_services_file(file, found)
    click.echo(f"{len(found)} services écrits dans {file}.")


def _note_import(file: Path, by: str, sha256: str, plan: Plan) -> None:
    """Write to the audit who imports which file; without the audit nothing is written."""
    from accounts.audit import Audit, AuditEvent
    from cli.database_access import audit_identity, with_database
    from database.interface import Database

    added = plan.added
    details = {"by": by[:40], "sha256": sha256, "added": str(added), "changed": str(len(plan.written) - added)}

    async def note(database: Database) -> None:
        async with database.exclusive_transaction() as writer:
            event = AuditEvent(audit_identity(), "services import", file.name[:120], details)
            await Audit(database).add_within(writer, event)

    with_database(note)
