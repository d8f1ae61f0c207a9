"""The command `zin`: the verbs of the server, and the groups of the other verbs.

Each verb parses its arguments, calls the package that does the work, and prints the result. Errors that an operator or
administrator can correct end in one line and exit code 2, never in a traceback.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from typing import Any, Final

import click
from pydantic import SecretStr

from cli import french
from cli.accounts import operators
from cli.active_settings import load
from cli.audit import audit
from cli.backups import backup, restore
from cli.call import call
from cli.counter_folder import share_counters
from cli.described_gateways import gateways
from cli.errors import report_errors, report_start_errors
from cli.gateways import telegram, whatsapp
from cli.health import health
from cli.init import init
from cli.keys import keys
from cli.menu_files import check, draw
from cli.menus import menus
from cli.notifications import notifications
from cli.outbox import outbox
from cli.purposes import purposes
from cli.registers import registers
from cli.report import report
from cli.results import results
from cli.secret_keys import secrets
from cli.services import services
from cli.smpp import smpp
from cli.sources import sources
from cli.tidy import tidy
from cli.translations import words
from logs.pipeline import configure_command_logs
from settings import Address, Settings, doubtful_values, given_values
from settings import load as load_settings

server_verb: Final = partial(click.command, cls=click.Command)


@french.group(
    context_settings={"help_option_names": ["-h", "--help"], "show_default": True},
    help="Zin : les services publics sur tous les téléphones.",
)
@click.version_option(package_name="zin", prog_name="zin", message="%(prog)s %(version)s", help="Affiche la version.")
def main() -> None:
    """Group all verbs."""


@server_verb()
@click.option("--workers", default=1, type=click.IntRange(1, 64), help="Processes that share the port.")
@report_start_errors
def serve(workers: int) -> None:
    """Answer the gateways until stopped. Hops in progress are answered before the end."""
    settings = load()
    if workers > 1:
        share_counters(settings.data)
    import cli.processes  # what it opens takes time to import, which the other verbs need not wait for

    cli.processes.run_server(settings, workers, _say())


@server_verb()
@report_start_errors
def deliver() -> None:
    """Send the messages of the outbox to their gateways until stopped. Several of these processes may run."""
    import cli.processes

    cli.processes.deliver(load(), _say())


@server_verb()
@report_errors
def migrate() -> None:
    """Bring the tables of the database to the version of this Zin, before its servers start. Nothing is lost."""
    import cli.processes

    cli.processes.migrate_tables(load(), _say())


@server_verb()
@report_errors
def config() -> None:
    """Print every setting with its value, meaning and origin. Secrets, and passwords in addresses, are masked."""
    found, given = load_settings(), given_values()
    for name, field in Settings.model_fields.items():
        origin = given[name].origin if name in given else "default"
        click.echo(f"ZIN_{name.upper()}={_masked(getattr(found, name))}  # {field.description} ({origin})")
    for name in sorted(given.keys() - Settings.model_fields.keys()):
        click.echo(f"ZIN_{name.upper()}=********  # named by files in menus/sources or gateways ({given[name].origin})")
    for line in doubtful_values(given):
        click.echo(line, err=True)


def _say() -> Callable[[str], None]:
    """Return a function that prints a line on the present standard output, even if sys.stdout is replaced later."""
    return partial(click.echo, file=sys.stdout)


def _masked(value: Any) -> str:
    if isinstance(value, SecretStr):
        return "********" if value.get_secret_value() else ""
    return value.masked if isinstance(value, Address) else str(value)


VERBS: Final = (
    *(serve, deliver, smpp, migrate, health, config),
    *(init, check, draw, call, secrets, words, telegram, whatsapp, gateways, operators, audit, results, outbox, menus),
    *(notifications, report, sources, keys, purposes, registers, services, backup, restore, tidy),
)
for verb in VERBS:
    main.add_command(verb)


def run() -> None:
    """Run the program `zin`: a bug ends in one log line, which does not repeat the arguments."""
    configure_command_logs()
    main()


if __name__ == "__main__":
    run()
