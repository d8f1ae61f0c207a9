"""The verbs `zin operators` and `zin audit`: accounts of operators, and the record of their actions.

A user with a shell has access to the database: actions from here are recorded as console:LOGIN, the name of the system
user.
"""

from __future__ import annotations

import asyncio
import os
import pwd
import re
import sys
import unicodedata
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

import click

from accounts.accounts import ROLES, Role
from cli.errors import report_errors
from reporting.french import format_day, format_second
from settings import load
from state.errors import ZinError

if TYPE_CHECKING:  # they open the registry, which takes time to import, which other verbs need not wait for
    from accounts.accounts import Account, Accounts
    from accounts.audit import AuditEntry, Verified
    from database.interface import Database

T = TypeVar("T")


@click.group()
def operators() -> None:
    """The accounts of those who work with Zin."""


@operators.command()
@click.argument("name")
@click.option(
    "--role",
    required=True,
    type=click.Choice(ROLES),
    help="Bring results, approve them, edit menus, look on.",
)
@report_errors
def add(name: str, role: Role) -> None:
    """Open an account for NAME; the password is asked for, or read from standard input."""
    password = _new_password()
    _with_accounts(lambda accounts: accounts.add(name, role, password, audit_identity()))
    click.echo(f"Compte « {name} » ouvert ({role}).")


@operators.command()
@click.argument("name")
@report_errors
def disable(name: str) -> None:
    """Close the account of NAME, for good: nobody signs in by it any more, and nobody else gets this name."""
    _with_accounts(lambda accounts: accounts.close(name, audit_identity()))
    click.echo(f"Compte « {name} » fermé.")


@operators.command()
@click.argument("name")
@report_errors
def password(name: str) -> None:
    """Give NAME a new password, which is asked for, or read from standard input."""
    chosen = _new_password()
    _with_accounts(lambda accounts: accounts.change_password(name, chosen, audit_identity()))
    click.echo(f"Mot de passe de « {name} » changé.")


@operators.command("list")
@report_errors
def list_() -> None:
    """List every account, the closed ones too."""
    for account in _with_accounts(lambda accounts: accounts.known()):
        click.echo(_account(account))


@click.group()
def audit() -> None:
    """The record of what operators did, to which entries are only ever added."""


@audit.command()
@click.option("--last", default=20, type=click.IntRange(1, 10_000), help="How many entries, the newest.")
@report_errors
def show(last: int) -> None:
    """Show the last entries, one a line, the newest at the end."""
    from accounts.accounts import Operator
    from accounts.audit import Audit
    from results.visibility import visible_entries

    async def entries(database: Database) -> list[AuditEntry]:
        reader = Operator(
            audit_identity(), "approver"
        )  # whoever has the shell; no approver is shown the checksum of a draft
        return await visible_entries(database, await Audit(database).last(last), reader)

    for entry in with_database(entries):
        click.echo(_line(entry))


@audit.command()
@click.option("--known", default="", metavar="HASH", help="The last hash as it was noted elsewhere: is it still there?")
@report_errors
def verify(known: str) -> None:
    """Check that no entry was changed, moved, added by others or taken away; code 2 says that one was."""
    from accounts.audit import Audit

    known = known.strip().lower()
    if known and not re.fullmatch("[0-9a-f]{64}", known):
        raise click.BadParameter("une empreinte a 64 signes, de 0 à 9 et de a à f", param_hint="--known")
    found = with_database(lambda database: Audit(database).verify(known))
    said = " ".join(filter(None, (_chain(found), _noted(found, known))))
    if found.fault or (known and found.known is None):
        raise ZinError(said)
    click.echo(said)


def _chain(found: Verified) -> str:
    if found.fault is None:
        return f"Journal intact : {found.entries} ligne(s), dernière empreinte {found.last_hash}."
    happened = "a été changée, déplacée ou ajoutée" if found.fault.what == "changed" else "a été enlevée"
    return (
        f"Journal modifié : la ligne {found.fault.number} {happened} ; {found.entries} ligne(s) intacte(s) avant elle."
    )


def _noted(found: Verified, known: str) -> str:
    if not known:
        return ""
    if found.known is not None:
        return f"L’empreinte notée est celle de la ligne {found.known}."
    if found.fault:
        return "L’empreinte notée n’est pas parmi les lignes intactes."
    return "Mais l’empreinte notée n’y est pas : la fin a été coupée, ou tout a été réécrit."


def _line(entry: AuditEntry) -> str:
    details = (f"{name}={said}" for name, said in entry.details.items())
    told = (entry.number, _moment(entry.at), entry.operator, entry.action, entry.subject, *details)
    return "  ".join(_visible(str(one)) for one in told)


def _account(account: Account) -> str:
    since = f"ouvert le {format_day(account.created_at)}"
    until = "" if account.closed_at is None else f", fermé le {format_day(account.closed_at)}"
    return f"{account.name}  {account.role}  {since}{until}"


def _moment(milliseconds: int) -> str:
    """Return the hour in Benin; the number itself if the row was tampered with and holds no valid time."""
    try:
        return format_second(milliseconds / 1000)
    except (ValueError, OverflowError, OSError, TypeError):
        return str(milliseconds)


def _visible(text: str) -> str:
    """Replace control characters, so that a terminal does not execute them."""
    return "".join("?" if unicodedata.category(sign).startswith("C") else sign for sign in text)


def _new_password() -> str:
    """Read a new password: typed twice without echo, or the first line of standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.buffer.readline().decode(errors="surrogateescape").rstrip("\r\n")
    first: str = click.prompt("Mot de passe", hide_input=True, err=True)
    if first != click.prompt("Encore une fois", hide_input=True, err=True):
        raise ZinError("Les deux mots de passe ne sont pas les mêmes.")
    return first


def audit_identity() -> str:
    """Return the name that the audit records for this system user, at most 40 characters."""
    try:
        login = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # a container may run under a number without a name
        login = str(os.getuid())
    return f"console:{login}"[:40]


def _with_accounts(ask: Callable[[Accounts], Awaitable[T]]) -> T:
    from accounts.accounts import Accounts

    return with_database(lambda database: ask(Accounts(database)))


def with_database(ask: Callable[[Database], Awaitable[T]]) -> T:
    """Open and migrate the database, run the function on it, and close it."""
    from database import open_database
    from database.migrations import migrate

    async def asked() -> T:
        database = open_database(load())
        try:
            await migrate(database)
            return await ask(database)
        finally:
            await database.close()

    return asyncio.run(asked())
