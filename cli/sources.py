"""The verbs `zin sources`: the APIs that files in menus/sources declare, listed, asked by hand, and imitated."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import click

from cli import french
from cli.active_settings import load
from cli.errors import report_errors
from reporting.french import format_number
from settings import Settings

if TYPE_CHECKING:  # they take time to import, which other verbs need not wait for
    from authoring.source_trials import Trial
    from authoring.validation import ValidatedMenus
    from catalog.source_files import HttpSourceFile, SourceFile

HOST: Final = "127.0.0.1"
folder = french.option(
    "--menus",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DOSSIER",
    help="Les menus de ce dossier, et non ceux de ZIN_MENUS.",
)
named = click.argument("name", metavar="NOM")


@french.group(help="Les sources déclarées : les API des administrations que décrivent les fichiers de sources/.")
def sources() -> None:
    """Group the verbs of declared sources."""


@sources.command(
    "list", help="Affiche chaque source : son nom, son administration, sa machine, et si elle peut répondre."
)
@folder
@report_errors
def list_sources(menus: Path | None) -> None:
    """Print one line for each file."""
    settings, found = _validated(menus)
    for name, file in sorted(found.entries.sources.items()):
        click.echo(f"{name} : {_line(file, settings)}")
    if not found.entries.sources:
        click.echo(f"Aucune source déclarée dans {settings.menus / 'sources'}.")


@sources.command(
    "try",
    help="""Interroge une source une fois, et affiche ce qu'un citoyen lirait.

    Chaque RÉPONSE s'écrit clé=valeur, avec les clés de needs : reference=CJ-0001 proof=0001. Rien n'est gardé de ce qui
    est répondu ; l'essai d'une source personnelle, hors de cette machine, est au journal.
    """,
)
@named
@click.argument("given", metavar="[RÉPONSE]...", nargs=-1)
@folder
@french.option("--reason", default="", help="Pourquoi cet essai, pour le journal.")
@report_errors
def try_source(name: str, given: tuple[str, ...], menus: Path | None, reason: str) -> None:
    """Ask a source by hand."""
    from authoring.source_trials import ask_once, find_source, screens_shown

    answers = dict(map(_pair, given))
    settings, found = _validated(menus)
    name, file = find_source(found.entries.sources, name, answers)
    _note_trial(name, file, settings, reason)
    trial = asyncio.run(ask_once(name, file, settings, answers, found.entries.statuses))
    _print_trial(name, file, trial)
    shown = list(screens_shown(found, settings, file.question, answers, trial.outcome))
    for screen, text in shown:
        click.echo(f"\nÉcran {screen} :\n{text}" if text else f"\nÉcran {screen}, qui cherche encore.")
    if not shown:
        click.echo(f"\nAucun écran ne pose la question « {file.question} ». Les faits :")
        for fact, value in trial.outcome.facts.items():
            click.echo(f"{fact} : {value}")


@sources.command(help="Imite l'API d'une source sur cette machine, avec les exemples de son fichier, jusqu'à Ctrl+C.")
@named
@folder
@french.option("--port", default=8090, type=click.IntRange(0, 65535), help="Le port ; 0 pour n'importe lequel.")
@report_errors
def mock(name: str, menus: Path | None, port: int) -> None:
    """Serve a fake of a declared API on the loopback interface."""
    from authoring.source_trials import UnknownSource, find_source
    from catalog.source_files import RoutedSourceFile

    _, found = _validated(menus)
    file = found.entries.sources.get(name)
    if file and isinstance(file.root, RoutedSourceFile):
        raise UnknownSource(f"« {name} » répartit une question : imitez une des sources qu'il nomme.")
    try:
        asyncio.run(_serve(find_source(found.entries.sources, name, {})[1], port))
    except KeyboardInterrupt:
        click.echo("Fini.")


def _validated(menus: Path | None) -> tuple[Settings, ValidatedMenus]:
    """Return the settings with this folder, and its menus without a problem. Raises InvalidMenu."""
    from authoring.validation import validate

    settings = load()
    settings = settings.model_copy(update={"menus": menus or settings.menus})
    return settings, validate(settings)


def _line(file: SourceFile, settings: Settings) -> str:
    """Return the administration, the question, the machine and the state of a source."""
    from catalog.source_files import HttpSourceFile

    root = file.root
    if not isinstance(root, HttpSourceFile):
        routes = ", ".join(f"{prefix} → {name}" for prefix, name in root.by.prefix.items())
        return f"{root.title} ; {root.question} ; selon la référence : {routes}"
    from sources.declared.credentials import Credentials

    credentials = Credentials(root, settings)
    host = urlsplit(credentials.server).netloc.rpartition("@")[2] or "sans adresse"
    return f"{root.administration} ; {root.question} ; {host} ; {_state(root, settings)}"


def _state(file: HttpSourceFile, settings: Settings) -> str:
    from sources.declared.credentials import Credentials
    from sources.registry import REGISTER_QUESTIONS

    credentials = Credentials(file, settings)
    missing = ", ".join(dict.fromkeys(credentials.missing()))
    if not credentials.server and file.question in REGISTER_QUESTIONS:
        return f"éteinte, il manque {missing} : la table de Zin répond"
    if missing:
        return f"ne peut pas répondre, il manque {missing}"
    if not credentials.is_allowed:
        return "éteinte : une démonstration au secret « demo » n'interroge aucun vrai système"
    return "prête"


def _pair(given: str) -> tuple[str, str]:
    key, equals, value = given.partition("=")
    if not equals or not key:
        raise click.BadParameter("écrivez clé=valeur, comme reference=CJ-0001")
    return key, value


def _note_trial(name: str, file: HttpSourceFile, settings: Settings, reason: str) -> None:
    """Write to the audit that a real person's file is asked for; of what was asked it has the source only."""
    from accounts.audit import Audit, AuditEvent
    from authoring.source_trials import is_personal
    from cli.database_access import audit_identity, with_database
    from database.interface import Database
    from sources.declared.credentials import Credentials

    if not is_personal(file, Credentials(file, settings).server):
        return

    async def note(database: Database) -> None:
        async with database.exclusive_transaction() as writer:
            event = AuditEvent(audit_identity(), "trial real files", f"source {name}", {"reason": reason[:160]})
            await Audit(database).add_within(writer, event)

    with_database(note)


def _print_trial(name: str, file: HttpSourceFile, trial: Trial) -> None:
    click.echo(
        f"{name} ({file.title}) : « {trial.outcome.trigger} » en {format_number(round(trial.seconds * 1000))} ms"
    )
    if trial.why:
        click.echo(f"Pourquoi : {trial.why}")


async def _serve(file: HttpSourceFile, port: int) -> None:
    from aiohttp import web

    from sources.declared.mock_api import MockApi

    runner = web.AppRunner(MockApi(file, click.echo).app(), access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, HOST, port)
        await site.start()
        port = runner.addresses[0][1]
        click.echo(f"« {file.title} » répond sur http://{HOST}:{port}{file.request.path} ; Ctrl+C pour finir.")
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()
