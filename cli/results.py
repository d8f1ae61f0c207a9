"""The verbs `zin results`: exam results from the ministry's file to publication, by the rules of results/publishing.py.

A user signs in with `--as NAME`; the password is asked for, or read from standard input.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

import cli.signed_in
from cli import french
from cli.active_settings import load
from cli.announcement_pace import warn_of_pace
from cli.errors import report_errors
from cli.loadtest import rehearse
from reporting.french import format_hour

signed = french.option("--as", "name", required=True, metavar="NOM", help="Le compte de la personne qui le fait.")
result_set = click.argument("named", metavar="JEU")
exam_session = click.argument("session", metavar="SESSION")


@french.group(help="Les résultats d'examens : du fichier du ministère aux citoyens.")
def results() -> None:
    """Group the verbs of exam results."""


@results.command(
    "import",
    help="Lit FICHIER, affiche ce qu'il contient à côté de l'an passé, et le garde comme brouillon s'il est juste.",
)
@click.argument("file", metavar="FICHIER", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@french.option("--exam", required=True, help="L'examen, comme son fichier dans menus/exams.")
@french.option("--year", required=True, type=click.IntRange(2000, 2100), help="L'année.")
@french.option("--session", default="", help="Rien pour la session ordinaire, sinon par exemple remplacement.")
@signed
@report_errors
def import_(file: Path, exam: str, year: int, session: str, name: str) -> None:
    """Read a file, print its report beside last year's, and store it as a draft if it is sound."""
    from results.approval import ExamSession
    from results.importing.report import report_lines
    from results.importing.service import store_report, to_draft

    settings = cli.signed_in.active_settings()
    read = cli.signed_in.read_results(settings, file, ExamSession(exam, year, session))
    for line in report_lines(read.report):
        click.echo(line)
    click.echo(f"Rapport : {store_report(settings, read.report, f'{exam}-{year}')}")
    if not read.report.is_sound:
        sys.exit(2)
    named = cli.signed_in.run_signed_in(
        settings,
        name,
        lambda by, publishing: publishing.store_draft(by, ExamSession(exam, year, session), to_draft(read)),
    )
    for line in cli.signed_in.list_differences(settings, named.rpartition(".")[0], named):
        click.echo(line)
    click.echo(f"Brouillon gardé sous le nom {named}. Une autre personne doit maintenant l'approuver.")
    warn_of_pace(settings, named.rpartition(".")[0])


@results.command(
    help="""Approuve JEU, le brouillon d'une autre personne, avec le fichier ORIGINAL reçu de celui qui l'a fait.

    Zin demande les verdicts de numéros de table tirés au sort, comme la liste sur papier les donne.
    """
)
@result_set
@click.argument("original", metavar="ORIGINAL", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@signed
@report_errors
def approve(named: str, original: Path, name: str) -> None:
    """Approve a draft of another person with the original file and the verdicts of drawn seats."""
    settings = cli.signed_in.active_settings()
    cli.signed_in.approve(settings, name, named, original)
    click.echo(f"{named} est approuvé. Il reste à donner l'heure : zin results publish {named} --at …")
    warn_of_pace(settings, named.rpartition(".")[0])


@results.command(
    help="Publie JEU à partir d'une heure ; jusque-là rien n'est dit aux citoyens, même ce qui était publié avant."
)
@result_set
@french.option("--at", "hour", default="", help="L'heure du pays, comme « 2026-07-09 18:00 » ; sinon tout de suite.")
@french.option("--department", default="", help="Seulement les numéros de ce département.")
@french.option("--why", default="", help="Pourquoi ces résultats en remplacent d'autres : les candidats le lisent.")
@signed
@report_errors
def publish(named: str, hour: str, department: str, why: str, name: str) -> None:
    """Publish a result set from an hour on; until then the session has no published results."""
    from results.importing.approver_input import parse_hour

    settings, at = load(), parse_hour(hour)
    later = at > time.time()
    when = f"le {format_hour(at)}" if later else "maintenant"
    whose = f", {department} seulement" if department else ""
    if later:
        click.echo(
            f"Jusqu'à cette heure, rien n'est dit{whose} : ce qui est publié maintenant ne le sera plus.", err=True
        )
    warn_of_pace(settings, named.rpartition(".")[0])
    cli.signed_in.run_signed_in(
        settings, name, lambda by, publishing: publishing.publish(by, named, at, department, why)
    )
    click.echo(f"{named} est publié {when}{whose}.{' Jusque-là, rien n’est dit.' if later else ''}")


@results.command(help="Retire SESSION, comme bac-2026 : les citoyens n'en lisent plus rien.")
@exam_session
@french.option("--department", default="", help="Seulement les numéros de ce département.")
@french.option("--why", required=True, help="Pourquoi, pour le journal.")
@signed
@report_errors
def withdraw(session: str, department: str, why: str, name: str) -> None:
    """Withdraw the published results of a session."""
    named = cli.signed_in.run_signed_in(
        load(), name, lambda by, publishing: publishing.withdraw(by, session, department, why)
    )
    click.echo(f"{named} n'est plus publié. Les citoyens lisent « pas encore publié » dans la seconde.")


@results.command(help="Ôte SESSION, comme bac-2026, de la liste des citoyens, jusqu'à une nouvelle publication.")
@exam_session
@french.option("--why", required=True, help="Pourquoi, pour le journal.")
@signed
@report_errors
def close(session: str, why: str, name: str) -> None:
    """Remove a session from the list of citizens until its next publication."""
    cli.signed_in.run_signed_in(load(), name, lambda by, publishing: publishing.close_session(by, session, why))
    click.echo(f"{session} est fermée : elle n'est plus dans la liste des examens.")


@results.command(help="Abandonne JEU, un brouillon qui ne sera pas approuvé.")
@result_set
@signed
@report_errors
def discard(named: str, name: str) -> None:
    """Discard a draft."""
    cli.signed_in.run_signed_in(load(), name, lambda by, publishing: publishing.discard(by, named))
    click.echo(f"{named} est abandonné.")


@results.command(help="Affiche les jeux de résultats de SESSION, comme bac-2026, et ce qui en est publié.")
@exam_session
@report_errors
def status(session: str) -> None:
    """Print the result sets and publications of a session."""
    settings = load()
    for line in cli.signed_in.list_status(settings, session):
        click.echo(line)
    warn_of_pace(settings, session)


results.add_command(rehearse)
