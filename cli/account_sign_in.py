"""Who acts from the command line: the password of an account, and the code of its phone where it has one.

The code is asked for after the right password, as at the desk, so that nobody learns from the question which accounts
have one. An account whose role needs a second factor and has none yet sets it up at the desk.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from cli.database_access import audit_identity
from settings import Settings

if TYPE_CHECKING:  # they open SQL, which takes time to import, which other verbs need not wait for
    from accounts.accounts import Operator
    from database.interface import Database


def ask_password() -> str:
    """Read a password: typed without echo, or the first line of standard input."""
    return _typed("Mot de passe")


def ask_code() -> str:
    """Read a code of the phone, or a recovery code: typed without echo, or the next line of standard input."""
    return _typed("Code sur le téléphone, ou code de secours")


def _typed(what: str) -> str:
    if sys.stdin.isatty():
        typed: str = click.prompt(what, hide_input=True, err=True)
        return typed
    return sys.stdin.readline().rstrip("\n")


async def sign_in(
    settings: Settings, database: Database, name: str, password: str, code: Callable[[], str] = ask_code
) -> Operator:
    """Sign in under a name; code is called if the account has a second factor. Raises SignInRefused and Refused."""
    from accounts.accounts import Accounts
    from accounts.recorded_tries import RecordedTries
    from accounts.second_factors import SecondFactors
    from accounts.sign_in import Origin
    from database.encryption import Seal

    tries = RecordedTries(database, name)
    accounts = Accounts(database, pepper=settings.secrets.pepper)
    by = await accounts.sign_in(name, password, tries, Origin(by=audit_identity()))
    factors = SecondFactors(database, Seal(*settings.secrets.rest))
    if await factors.is_set(name):
        await factors.check(name, code(), tries)
    return by
