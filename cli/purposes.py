"""The verbs `zin purposes`: for what a ministry may write to citizens who did not ask for it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import click

from cli import french
from cli.account_sign_in import ask_password, sign_in
from cli.active_settings import load
from cli.database_access import prepared_database, with_database
from cli.errors import report_errors
from reporting.french import format_day

if TYPE_CHECKING:  # they take time to import, which other verbs need not wait for
    from accounts.accounts import Operator
    from api.purposes import Purposes

named = click.argument("purpose", metavar="BUT")
ministry_of = french.option("--ministry", required=True, metavar="MINISTÈRE", help="Le ministère qui écrit.")
signed = french.option("--by", "name", required=True, metavar="NOM", help="Le compte de la personne qui approuve.")


@french.group(help="Ce pour quoi un ministère peut écrire à des citoyens qui ne l'ont pas demandé.")
def purposes() -> None:
    """Group the verbs of purposes."""


@purposes.command(help="Ouvre BUT : MINISTÈRE peut écrire pour cela à tous, sauf à qui a écrit STOP.")
@named
@ministry_of
@signed
@report_errors
def release(purpose: str, ministry: str, name: str) -> None:
    """Release a purpose."""
    _run_signed_in(name, lambda by, purposes: purposes.release(by, ministry, purpose))
    click.echo(f"« {ministry} » peut écrire à tous pour « {purpose} », sauf à qui a écrit STOP.")


@purposes.command(help="Ferme BUT : MINISTÈRE n'écrit plus pour cela qu'à qui l'a demandé.")
@named
@ministry_of
@signed
@report_errors
def withdraw(purpose: str, ministry: str, name: str) -> None:
    """Withdraw a purpose."""
    _run_signed_in(name, lambda by, purposes: purposes.withdraw(by, ministry, purpose))
    click.echo(f"« {ministry} » n'écrit plus pour « {purpose} » qu'à qui l'a demandé.")


@purposes.command("list", help="Affiche les buts qui sont ouverts.")
@report_errors
def list_() -> None:
    """Print every released purpose."""
    from api.purposes import Purposes

    found = with_database(lambda database: Purposes(database).known())
    for one in found:
        click.echo(f"{one.ministry}  {one.purpose}  ouvert le {format_day(one.released_at)} par {one.released_by}")
    if not found:
        click.echo("Aucun but n'est ouvert : un ministère n'écrit qu'à qui l'a demandé.")


def _run_signed_in(name: str, action: Callable[[Operator, Purposes], Awaitable[None]]) -> None:
    """Sign in under a name and run the action."""
    asyncio.run(_sign_in_and_run(name, ask_password(), action))


async def _sign_in_and_run(name: str, typed: str, action: Callable[[Operator, Purposes], Awaitable[None]]) -> None:
    from api.purposes import Purposes

    settings = load()
    async with prepared_database(settings) as database:
        await action(await sign_in(settings, database, name, typed), Purposes(database))
