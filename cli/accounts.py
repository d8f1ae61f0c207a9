"""The verbs `zin operators`: accounts of operators.

A user with a shell has access to the database: actions from here are recorded as console:LOGIN, the name of the system
user.
"""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

import click

from accounts.roles import ROLES, Role
from cli import french
from cli.active_settings import load
from cli.database_access import audit_identity, with_database
from cli.errors import report_errors
from reporting.french import format_day
from state.errors import ZinError

if TYPE_CHECKING:  # they take time to import, which other verbs need not wait for
    from accounts.accounts import Account, Accounts
    from database.interface import Database

T = TypeVar("T")
OF_A_MINISTRY = (
    "Son ministère, un nom court de country.yaml : il ne voit et ne change que ce qui est à lui. Sinon, tout."
)


@french.group(help="Les comptes de ceux qui travaillent avec Zin.")
def operators() -> None:
    """Group the verbs of accounts."""


@operators.command(help="Ouvre un compte pour NOM ; le mot de passe est demandé, ou lu sur l'entrée standard.")
@click.argument("name", metavar="NOM")
@french.option(
    "--role",
    required=True,
    type=click.Choice(ROLES),
    help="Importer des résultats, les approuver, modifier les menus, seulement lire, ou administrer les comptes.",
)
@french.option("--ministry", default="", metavar="MINISTÈRE", help=OF_A_MINISTRY)
@report_errors
def add(name: str, role: Role, ministry: str) -> None:
    """Open an account."""
    password = _new_password()
    _with_accounts(lambda accounts: accounts.add(name, role, password, audit_identity(), ministry=ministry))
    click.echo(f"Compte « {name} » ouvert ({role}).")


@operators.command(help="Ferme le compte de NOM pour toujours : ce nom ne servira plus à personne.")
@click.argument("name", metavar="NOM")
@report_errors
def disable(name: str) -> None:
    """Close an account for good."""
    _with_accounts(lambda accounts: accounts.close(name, audit_identity()))
    click.echo(f"Compte « {name} » fermé.")


@operators.command(help="Change le mot de passe de NOM ; il est demandé, ou lu sur l'entrée standard.")
@click.argument("name", metavar="NOM")
@report_errors
def password(name: str) -> None:
    """Give an account a new password."""
    chosen = _new_password()
    _with_accounts(lambda accounts: accounts.change_password(name, chosen, audit_identity()))
    click.echo(f"Mot de passe de « {name} » changé.")


@operators.command(help="Change le ministère de NOM ; sans MINISTÈRE, ce compte voit et change tout.")
@click.argument("name", metavar="NOM")
@click.argument("ministry", metavar="[MINISTÈRE]", default="")
@report_errors
def ministry(name: str, ministry: str) -> None:
    """Bind an account to a ministry, or to none."""
    _with_accounts(lambda accounts: accounts.change_ministry(name, ministry, audit_identity()))
    whose = f"est du ministère {ministry}" if ministry else "est de tous les ministères"
    click.echo(f"Le compte « {name} » {whose}.")


@operators.command("reset-factor", help="Enlève le code sur le téléphone de NOM, s'il a perdu le téléphone.")
@click.argument("name", metavar="NOM")
@report_errors
def reset_factor(name: str) -> None:
    """Remove the second factor of an account."""
    had = with_database(lambda database: _reset_factor(database, name))
    if not had:
        raise ZinError(f"« {name} » n’a pas de code sur le téléphone.")
    click.echo(f"Code sur le téléphone de « {name} » enlevé.")


async def _reset_factor(database: Database, name: str) -> bool:
    from accounts.second_factors import SecondFactors
    from database.encryption import Seal

    return await SecondFactors(database, Seal(*load().secrets.rest)).reset(name, audit_identity())


@operators.command("list", help="Affiche tous les comptes, ceux qui sont fermés aussi.")
@report_errors
def list_() -> None:
    """Print every account."""
    for account in _with_accounts(lambda accounts: accounts.known()):
        click.echo(_account(account))


def _account(account: Account) -> str:
    since = f"ouvert le {format_day(account.created_at)}"
    until = "" if account.closed_at is None else f", fermé le {format_day(account.closed_at)}"
    role = f"{account.role} ({account.ministry})" if account.ministry else account.role
    return f"{account.name}  {role}  {since}{until}"


def _new_password() -> str:
    """Read a new password: typed twice without echo, or the first line of standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.buffer.readline().decode(errors="surrogateescape").rstrip("\r\n")
    first: str = click.prompt("Mot de passe", hide_input=True, err=True)
    if first != click.prompt("Encore une fois", hide_input=True, err=True):
        raise ZinError("Les deux mots de passe ne sont pas les mêmes.")
    return first


def _with_accounts(ask: Callable[[Accounts], Awaitable[T]]) -> T:
    from accounts.accounts import Accounts

    return with_database(lambda database: ask(Accounts(database)))
