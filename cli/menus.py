"""The verbs `zin menus`: stage, compare, publish and roll back menus and languages (authoring/versions/publishing.py).

Running servers load a publication by themselves. Actions of a user with a shell are recorded as console:LOGIN.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

import click

from cli import french
from cli.active_settings import load
from cli.database_access import audit_identity, with_database
from cli.errors import report_errors
from reporting.french import format_minute
from settings import Settings

if TYPE_CHECKING:  # they open the registry, which takes time to import, which other verbs need not wait for
    from authoring.diff.comparison import Comparison
    from authoring.replay.regression import ReplayDifference
    from authoring.versions.publishing import MenuPublishing
    from authoring.versions.repository import Publication, Staged
    from database.interface import Database

T = TypeVar("T")
FINISH: Final = "Les appels en cours finissent sur la version où ils ont commencé."

named = click.argument("version", metavar="[VERSION]", default="")


@french.group(help="Les versions des menus : préparées, comparées, mises en service, reprises.")
def menus() -> None:
    """Group the verbs of menu versions."""


@menus.command(help="Vérifie DOSSIER, par défaut celui de ZIN_MENUS, et le garde comme version préparée.")
@click.argument(
    "folder", metavar="[DOSSIER]", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@report_errors
def stage(folder: Path | None) -> None:
    """Check a folder and store it as a staged version."""
    source = folder or load().menus
    staged = _with_versions(lambda versions: versions.stage(audit_identity(), source))
    for problem in staged.held_back:
        click.echo(str(problem))
    if staged.held_back:
        click.echo("Ces langues restent comme elles sont en service : il y a d'abord à corriger.", err=True)
    click.echo(f"Version {staged.version} préparée. Comparez : zin menus diff. Publiez : zin menus publish.")


@menus.command(
    help="Affiche ce qu'un citoyen remarquerait si VERSION, par défaut la dernière préparée, était en service."
)
@named
@report_errors
def diff(version: str) -> None:
    """Compare a staged version with the active one."""
    from authoring.diff.comparison import comparison_lines

    for line in comparison_lines(*_with_versions(lambda versions: _compared(versions, version))):
        click.echo(line)


@menus.command(help="Met VERSION en service ; sans nom, la version préparée, s'il n'y en a qu'une.")
@named
@french.option("--why", default="", help="Pourquoi, pour l'historique.")
@report_errors
def publish(version: str, why: str) -> None:
    """Publish a staged version; without a name the only one."""
    from accounts.audit import Audit
    from accounts.refusals import attempt

    async def publishing(versions: MenuPublishing) -> Publication:
        async with attempt(Audit(versions.repository.database), audit_identity(), "menus publish", version):
            chosen = await versions.repository.only_staged(version)
        return await versions.publish(audit_identity(), chosen, why=why)

    click.echo(f"{_line(_with_versions(publishing))}\n{FINISH}")


@menus.command(help="Remet en service la version d'avant.")
@french.option("--to", "version", default="", metavar="VERSION", help="Cette version, et non celle d'avant.")
@report_errors
def rollback(version: str) -> None:
    """Publish an earlier version again."""
    from accounts.audit import Audit
    from accounts.refusals import attempt

    async def going_back(versions: MenuPublishing) -> Publication:
        async with attempt(Audit(versions.repository.database), audit_identity(), "menus rollback", version):
            chosen = await versions.repository.resolve_name(version) if version else ""
        return await versions.rollback(audit_identity(), chosen)

    click.echo(f"{_line(_with_versions(going_back))}\n{FINISH}")


@menus.command(help="Affiche les publications, la plus récente d'abord, et au-dessus les versions préparées.")
@french.option("--last", default=20, type=click.IntRange(1, 10_000), help="Combien de publications.")
@report_errors
def history(last: int) -> None:
    """Print the staged versions, then the publications, the newest first."""

    async def listed(versions: MenuPublishing) -> list[str]:
        waiting = [_waiting(one) for one in await versions.repository.staged()]
        return waiting + [_line(one) for one in await versions.repository.history(last)]

    for line in _with_versions(listed) or ["Rien n'a encore été préparé ni publié."]:
        click.echo(line)


async def _compared(versions: MenuPublishing, version: str) -> tuple[Comparison, tuple[ReplayDifference, ...]]:
    from authoring.diff.comparison import compare, replay_journeys
    from runtime.active_menus import connect_store, replay_runner

    settings, staged = load(), await versions.repository.last_staged(version)
    async with connect_store(settings) as store:
        found = await compare(versions.compiled, staged, store)
    return found, await replay_journeys(versions.compiled, staged, replay_runner(settings))


def _with_versions(ask: Callable[[MenuPublishing], Awaitable[T]]) -> T:
    """Run the function on the menu versions in the database of the settings."""
    from runtime.active_menus import open_menu_publishing

    settings: Settings = load()

    async def ask_and_close(database: Database) -> T:
        versions = open_menu_publishing(settings, database)
        try:
            return await ask(versions)
        finally:
            await versions.compiled.close()

    return with_database(ask_and_close)


def _waiting(staged: Staged) -> str:
    return f"préparée  {staged.version}  {format_minute(staged.at)}  {staged.by}"


def _line(made: Publication) -> str:
    return "  ".join(filter(None, (f"n° {made.number}", made.version, format_minute(made.at), made.by, made.why)))
