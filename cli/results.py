"""The verbs `zin results`: exam results from the ministry's file to publication, by the rules of results/publishing.py.

A user signs in with `--as NAME`; the password is asked for, or read from standard input.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

import cli.signed_in
from cli.errors import report_errors
from cli.loadtest import rehearse
from reporting.french import format_hour
from settings import load

signed = click.option("--as", "name", required=True, metavar="NAME", help="The account of who does it.")


@click.group()
def results() -> None:
    """Exam results: from the ministry's file to the public."""


@results.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--exam", required=True, help="The exam, as its file in menus/exams is called.")
@click.option("--year", required=True, type=click.IntRange(2000, 2100))
@click.option("--session", default="", help="Empty for the ordinary session, else e.g. remplacement.")
@signed
@report_errors
def import_(file: Path, exam: str, year: int, session: str, name: str) -> None:
    """Read FILE, report what is in it beside last year's, and keep it as a draft when there is nothing to mend."""
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
        settings, name, lambda by, deeds: deeds.store_draft(by, ExamSession(exam, year, session), to_draft(read))
    )
    for line in cli.signed_in.list_differences(settings, named.rpartition(".")[0], named):
        click.echo(line)
    click.echo(f"Brouillon gardé sous le nom {named}. Une autre personne doit maintenant l'approuver.")


@results.command()
@click.argument("named", metavar="SET")
@click.argument("original", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@signed
@report_errors
def approve(named: str, original: Path, name: str) -> None:
    """Vouch for SET, a draft that somebody else brought, by the ORIGINAL file as whoever made it gives it.

    Zin asks for the verdicts of seats that it draws, as the list on paper has them.
    """
    settings = cli.signed_in.active_settings()
    cli.signed_in.approve(settings, name, named, original)
    click.echo(f"{named} est approuvé. Il reste à donner l'heure : zin results publish {named} --at …")


@results.command()
@click.argument("named", metavar="SET")
@click.option("--at", "hour", default="", help="The hour in Benin, e.g. '2026-07-09 18:00'; now unless given.")
@click.option("--department", default="", help="Only the seats of this department.")
@click.option("--why", default="", help="Why these results replace others: those concerned read it.")
@signed
@report_errors
def publish(named: str, hour: str, department: str, why: str, name: str) -> None:
    """Have SET told to citizens from an hour on; until then nothing is told, not even what was told before."""
    from results.importing.approver_input import parse_hour as meant

    settings, at = load(), meant(hour)
    later = at > time.time()
    when = f"le {format_hour(at)}" if later else "maintenant"
    whose = f", {department} seulement" if department else ""
    if later:
        click.echo(
            f"Jusqu'à cette heure, rien n'est dit{whose} : ce qui est publié maintenant ne le sera plus.", err=True
        )
    cli.signed_in.run_signed_in(settings, name, lambda by, deeds: deeds.publish(by, named, at, department, why))
    click.echo(f"{named} est publié {when}{whose}.{' Jusque-là, rien n’est dit.' if later else ''}")


@results.command()
@click.argument("session")
@click.option("--department", default="", help="Only the seats of this department.")
@click.option("--why", required=True, help="Why, for the audit.")
@signed
@report_errors
def withdraw(session: str, department: str, why: str, name: str) -> None:
    """Tell nothing of SESSION, such as bac-2026, any more."""
    named = cli.signed_in.run_signed_in(load(), name, lambda by, deeds: deeds.withdraw(by, session, department, why))
    click.echo(f"{named} n'est plus publié. Les citoyens lisent « pas encore publié » dans la seconde.")


@results.command()
@click.argument("session")
@click.option("--why", required=True, help="Why, for the audit.")
@signed
@report_errors
def close(session: str, why: str, name: str) -> None:
    """Take SESSION, such as bac-2026, off the list of citizens, until something of it is published again."""
    cli.signed_in.run_signed_in(load(), name, lambda by, deeds: deeds.close_session(by, session, why))
    click.echo(f"{session} est fermée : elle n'est plus dans la liste des examens.")


@results.command()
@click.argument("named", metavar="SET")
@signed
@report_errors
def discard(named: str, name: str) -> None:
    """Let go of SET, a draft that will not be approved."""
    cli.signed_in.run_signed_in(load(), name, lambda by, deeds: deeds.discard(by, named))
    click.echo(f"{named} est abandonné.")


@results.command()
@click.argument("session")
@report_errors
def status(session: str) -> None:
    """Say what there is of SESSION, such as bac-2026, and what is published of it."""
    for line in cli.signed_in.list_status(load(), session):
        click.echo(line)


results.add_command(rehearse)
