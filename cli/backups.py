"""The verbs `zin backup` and `zin restore`: the database and what it needs, in one file and back."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

import settings
from cli import french
from cli.database_access import audit_identity
from cli.errors import report_errors
from reporting.french import format_hour, format_number
from settings import Settings
from state.country_file import activate

if TYPE_CHECKING:  # it opens the database, which takes time to import, which other verbs need not wait for
    from backups.manifest import Manifest
    from backups.restoring import Restored

ENDED = {
    "restored": "restauré",
    "same": "inchangé",
    "other": "laissé tel quel, il diffère de la sauvegarde (unzip -l la liste)",
}


@french.command(
    help="Sauvegarde la base et ce dont elle a besoin dans FICHIER, pendant que Zin tourne. Les secrets n'y sont pas."
)
@click.argument("file", metavar="FICHIER", type=click.Path(path_type=Path, dir_okay=False))
@french.option("--verify", is_flag=True, help="Restaure aussi la sauvegarde dans une base d'essai, et compare.")
@report_errors
def backup(file: Path, verify: bool) -> None:
    """Back up the database and the folders that it needs."""
    from backups.making import make_backup

    given = settings.load()  # a country's file that is broken must not stop a backup
    for line in _made(asyncio.run(make_backup(given, file, verify=verify)), file, given, verify=verify):
        click.echo(line)


@french.command(
    help="Restaure la sauvegarde FICHIER dans une base vide. Aucun message ne part avant « zin outbox resume »."
)
@click.argument("file", metavar="FICHIER", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@report_errors
def restore(file: Path) -> None:
    """Restore a backup into an empty database, with all gateways paused."""
    from backups.restoring import restore_backup

    found = settings.load()  # the country may be in the backup
    done = asyncio.run(restore_backup(found, file, audit_identity()))
    activate(found.locales)
    for line in _restored(done):
        click.echo(line)


def _made(manifest: Manifest, file: Path, given: Settings, *, verify: bool) -> Iterator[str]:
    size = format_number(max(1, round(file.stat().st_size / 1e6)))
    checked = "relue, restaurée dans une base d'essai et comparée" if verify else "relue et comparée"
    yield f"{file} : {_described(manifest)}, {size} Mo, {checked}."
    keys = ", ".join(manifest.snapshot.keys) or "aucune"
    yield f"Les secrets n'y sont pas. Gardez ailleurs ZIN_PEPPER ({manifest.pepper}) et ZIN_REST_KEYS ({keys}),"
    yield f"et le dossier {given.secret_files}. Le fichier contient des données de citoyens : chiffrez-le."


def _restored(done: Restored) -> Iterator[str]:
    yield f"Restaurée : sauvegarde du {format_hour(done.manifest.made_at)}, {_described(done.manifest)}."
    for name, ended in done.folders.items():
        yield f"Dossier {name} : {ENDED[ended]}."
    yield (
        f"{format_number(done.manifest.snapshot.waiting)} messages et réponses attendaient alors ; une partie est "
        "peut-être partie depuis."
    )
    yield "sms, whatsapp et telegram sont en pause, pour que rien ne parte deux fois : lisez « zin outbox status »,"
    yield "annulez ce qui ne doit plus partir (« zin outbox cancel sms »), puis « zin outbox resume sms »."


def _described(manifest: Manifest) -> str:
    rows, tables = sum(manifest.snapshot.rows.values()), len(manifest.snapshot.rows)
    return f"Zin {manifest.zin}, schéma {manifest.snapshot.schema}, {format_number(rows)} lignes de {tables} tables"
