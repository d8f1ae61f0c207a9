"""The verbs of the command `zin`: each parses its arguments, calls the package that does the work, and prints the
result.

Errors that an operator or administrator can correct end in one line and exit code 2, never in a traceback.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import click
from pydantic import SecretStr

from cli.accounts import audit, audit_identity, operators
from cli.errors import relative_to_cwd, report_errors
from cli.gateways import telegram, whatsapp
from cli.menus import menus
from cli.outbox import outbox
from cli.results import results
from cli.translations import words
from logs.pipeline import configure_command_logs
from settings import Address, Settings, load
from settings.moving import secret_migration_lines
from state.errors import InvalidMenu, Problem
from state.transcript import Turn, written

SHOWN_SAMPLES = "Demandes et carrières : exemples seulement (--reason, avec une raison, pour de vrais dossiers)."
SHOWN_REAL = "Demandes et carrières : VRAIS DOSSIERS. La raison est au journal."


@click.group(context_settings={"help_option_names": ["-h", "--help"], "show_default": True})
@click.version_option(package_name="zin", prog_name="zin", message="%(prog)s %(version)s")
def main() -> None:
    """Zin: public services on every phone."""


@main.command()
@click.option("--workers", default=1, type=click.IntRange(1, 64), help="Processes that share the port.")
@report_errors
def serve(workers: int) -> None:
    """Answer the gateways until stopped; calls in flight are answered first."""
    import cli.processes  # what it opens takes time to import, which the other verbs need not wait for

    cli.processes.run_server(load(), workers, _say())


@main.command()
@report_errors
def deliver() -> None:
    """Take the messages of the outbox to their gateways until stopped; any number of these may run."""
    import cli.processes

    cli.processes.deliver(load(), _say())


@main.command()
@click.option("--pages", is_flag=True, help="Print how many pages each screen takes, in each language.")
@click.argument("menus", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@report_errors
def check(menus: Path | None, pages: bool) -> None:
    """Check every file that operators and translators write, and say what is to mend and where."""
    from authoring.validation import size_table, validate

    settings = load()
    settings = settings.model_copy(update={"menus": menus or settings.menus})
    try:
        found = validate(settings)
    except InvalidMenu as broken:
        for problem in broken.problems:
            click.echo(_shortened(problem))
        click.echo(f"{len(broken.problems)} problème(s) dans {settings.menus} ou {settings.locales}", err=True)
        sys.exit(2)
    for warning in found.warnings:
        click.echo(f"À savoir : {_shortened(warning)}")
    for line in size_table(found.size_reports) if pages else ():
        click.echo(line)
    click.echo(f"Rien à corriger dans {settings.menus} ni {settings.locales}")


@main.command()
@click.option("--phone", default="0190000001", help="The number that calls.")
@click.option("--record", type=click.Path(dir_okay=False, path_type=Path), help="Write the call down in this file.")
@click.option("--reason", default="", help="Why real personal files are to be shown, for the audit; else samples are.")
@click.argument("dialled", default="")
@report_errors
def call(phone: str, record: Path | None, reason: str, dialled: str) -> None:
    """Call from the terminal, the same conversation as a citizen has: DIALLED is what follows the code, as in 3*1.

    Requests and careers are answered with samples, unless a reason says why real ones are needed.
    """
    from channels.contracts.phone_numbers import normalize_number

    if record and not record.absolute().parent.is_dir():  # told now, not when the call to write down is over
        raise click.BadParameter(f"there is no folder {record.parent}", param_hint="--record")
    turns = asyncio.run(_call(normalize_number(phone), dialled, reason))
    if record:
        record.write_text(written(f"Appel enregistré dans {record.name}", turns), encoding="utf-8")


async def _call(number: str, dialled: str, reason: str) -> list[Turn]:
    from admin.simulator.real_data_access import note_reason
    from admin.simulator.sandbox import SandboxUser, SharedPorts, ports_for_operator
    from admin.simulator.sandbox_sources import open_sandbox_sources
    from cli.terminal_phone import Phone, PrintedMessages, talk
    from runtime.services import open_services
    from state.conversation.conversation import Conversation
    from state.identity import Pseudonyms

    settings = load()
    async with open_services(settings) as parts:
        if reason:
            async with parts.database.exclusive_transaction() as writer:
                await note_reason(parts.database, writer, audit_identity(), reason)
        service, names = (
            SharedPorts(parts.ports, open_sandbox_sources(parts.sources)),
            Pseudonyms(settings.secrets.pepper),
        )
        outside = replace(
            ports_for_operator(service, names, SandboxUser(audit_identity(), bool(reason))),
            post=PrintedMessages(click.echo),
        )
        click.echo(SHOWN_REAL if reason else SHOWN_SAMPLES)
        phone = Phone(Conversation(parts.conversation.menus, outside, settings), number)
        await talk(phone, dialled, click.echo, input)
    return phone.turns


@main.command()
@click.argument("journey", default="")
@report_errors
def draw(journey: str) -> None:
    """Draw the menus, or one journey, as Mermaid text."""
    from state.menu.diagram import draw as drawn
    from state.menu.journey_files import read_journeys

    journeys = read_journeys(load().menus)
    if journeys.problems:
        raise InvalidMenu(journeys.problems)
    if journey and journey not in journeys.files:
        raise click.BadParameter(f"no journey {journey!r}; there are: {', '.join(sorted(journeys.files))}")
    click.echo(drawn(journeys, journey), nl=False)


@main.group(invoke_without_command=True)
@click.pass_context
@report_errors
def secrets(context: click.Context) -> None:
    """Print the lines by which each secret gets a value of its own, for the environment; nothing is changed."""
    if context.invoked_subcommand is None:
        for line in secret_migration_lines(os.environ):
            click.echo(line)


@secrets.command()
@report_errors
def rotate() -> None:
    """Seal everything with the first of ZIN_REST_KEYS, while servers run; say which keys are needed no more."""
    for line in asyncio.run(_rotate(load())):
        click.echo(line)


async def _rotate(settings: Settings) -> list[str]:
    from database import open_database
    from database.encryption import Seal
    from database.key_rotation import rotate
    from database.migrations import migrate
    from database.secret_fingerprints import needed

    database = open_database(settings)
    try:
        await migrate(database)
        done = await rotate(database, Seal(*settings.secrets.rest))
        still = await needed(database, settings.secrets.rest)
    finally:
        await database.close()
    told = [f"Scellé de nouveau, avec la première clé : {done.resealed}."]
    if done.unopened:
        told.append(f"Aucune clé donnée n'ouvre {done.unopened} texte(s) : il en manque une dans ZIN_REST_KEYS.")
    if still:
        others = ", ".join("ZIN_SECRET" if one == settings.secret.get_secret_value() else "une autre" for one in still)
        return [*told, f"Sert encore, avec la première clé : {others}. Relancez la commande."]
    return told if done.unopened else [*told, "Seule la première clé de ZIN_REST_KEYS sert encore."]


main.add_command(words)
main.add_command(telegram)
main.add_command(whatsapp)
main.add_command(operators)
main.add_command(audit)
main.add_command(results)
main.add_command(outbox)
main.add_command(menus)


@main.command()
@report_errors
def config() -> None:
    """Print every setting with its value and what it means; secrets are masked, and passwords in addresses."""
    settings = load()
    for name, field in Settings.model_fields.items():
        click.echo(f"ZIN_{name.upper()}={_masked(getattr(settings, name))}  # {field.description}")


def _say() -> Callable[[str], None]:
    """Return a function that prints a line on the present standard output, even if sys.stdout is replaced later."""
    return partial(click.echo, file=sys.stdout)


def _masked(value: Any) -> str:
    if isinstance(value, SecretStr):
        return "********" if value.get_secret_value() else ""
    return value.masked if isinstance(value, Address) else str(value)


def _shortened(problem: Problem) -> str:
    """Return the problem with its path relative to the current folder."""
    return f"{relative_to_cwd(Path(problem.file))}:{problem.line}:{problem.column}: {problem.what}"


def run() -> None:
    """Run the program `zin`: a bug ends in one log line, which does not repeat the arguments."""
    configure_command_logs()
    main()


if __name__ == "__main__":
    run()
