"""The verbs `zin menus`: stage, compare, publish and roll back a folder of menus (authoring/versions/publishing.py).

Running servers load a publication by themselves. Actions of a user with a shell are recorded as console:LOGIN.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

import click

from cli.accounts import audit_identity, with_database
from cli.errors import report_errors
from reporting.french import format_minute
from settings import Settings, load

if TYPE_CHECKING:  # they open the registry, which takes time to import, which other verbs need not wait for
    from authoring.diff.comparison import Comparison
    from authoring.replay.regression import ReplayDifference
    from authoring.versions.publishing import MenuPublishing
    from authoring.versions.repository import Publication, Staged
    from database.interface import Database

T = TypeVar("T")
FINISH: Final = "Les appels en cours finissent sur la version où ils ont commencé."

named = click.argument("version", default="")


@click.group()
def menus() -> None:
    """Versions of the menus: prepared, compared, published, taken back."""


@menus.command()
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@report_errors
def stage(folder: Path | None) -> None:
    """Check FOLDER, the one that ZIN_MENUS names unless given, and keep it to be compared and published."""
    brought = folder or load().menus
    staged = _with_versions(lambda versions: versions.stage(audit_identity(), brought))
    click.echo(f"Version {staged.version} préparée. Comparez : zin menus diff. Publiez : zin menus publish.")


@menus.command()
@named
@report_errors
def diff(version: str) -> None:
    """What a citizen would notice if VERSION, the last one staged unless given, were published."""
    from authoring.diff.comparison import comparison_lines

    for line in comparison_lines(*_with_versions(lambda versions: _compared(versions, version))):
        click.echo(line)


@menus.command()
@named
@click.option("--why", default="", help="What it is for, in the history.")
@report_errors
def publish(version: str, why: str) -> None:
    """Give VERSION to citizens; without a name, the one that is staged, if there is only one."""
    from accounts.audit import Audit
    from accounts.refusals import attempt

    async def publishing(versions: MenuPublishing) -> Publication:
        async with attempt(Audit(versions.repository.database), audit_identity(), "menus publish", version):
            chosen = await versions.repository.only_staged(version)
        return await versions.publish(audit_identity(), chosen, why=why)

    click.echo(f"{_line(_with_versions(publishing))}\n{FINISH}")


@menus.command()
@click.option("--to", "version", default="", metavar="VERSION", help="Not the one before, but this one.")
@report_errors
def rollback(version: str) -> None:
    """Give citizens the version again that they had before."""
    from accounts.audit import Audit
    from accounts.refusals import attempt

    async def going_back(versions: MenuPublishing) -> Publication:
        async with attempt(Audit(versions.repository.database), audit_identity(), "menus rollback", version):
            chosen = await versions.repository.resolve_name(version) if version else ""
        return await versions.rollback(audit_identity(), chosen)

    click.echo(f"{_line(_with_versions(going_back))}\n{FINISH}")


@menus.command()
@click.option("--last", default=20, type=click.IntRange(1, 10_000), help="How many publications, the newest.")
@report_errors
def history(last: int) -> None:
    """List the publications, the newest first, and above them what is staged."""

    async def telling(versions: MenuPublishing) -> list[str]:
        waiting = [_waiting(one) for one in await versions.repository.staged()]
        return waiting + [_line(one) for one in await versions.repository.history(last)]

    for line in _with_versions(telling) or ["Rien n'a encore été préparé ni publié."]:
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

    async def asked(database: Database) -> T:
        versions = open_menu_publishing(settings, database)
        try:
            return await ask(versions)
        finally:
            await versions.compiled.close()

    return with_database(asked)


def _waiting(staged: Staged) -> str:
    return f"préparée  {staged.version}  {format_minute(staged.at)}  {staged.by}"


def _line(made: Publication) -> str:
    return "  ".join(filter(None, (f"n° {made.number}", made.version, format_minute(made.at), made.by, made.why)))
