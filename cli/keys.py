"""The verbs `zin keys`: the keys with which ministries' systems call the API.

A user with a shell has access to the database: actions from here are recorded as console:LOGIN, the name of the system
user.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final, TypeVar

import click

from cli import french
from cli.active_settings import load
from cli.database_access import audit_identity, with_database
from cli.errors import report_errors
from reporting.french import format_day, format_number
from settings.addresses import is_local

if TYPE_CHECKING:  # they take time to import, which other verbs need not wait for
    from api.keys import ApiKey, ApiKeys, Scope

T = TypeVar("T")
ADDRESS: Final = re.compile(r"https://[!-~]{1,292}")
CHOICES: Final = ("messages", "registers")


@french.group(help="Les clés avec lesquelles les systèmes des ministères appellent l'API de Zin.")
def keys() -> None:
    """Group the verbs of keys."""


@keys.command(
    help="""Donne une clé au système de MINISTÈRE, et l'affiche cette seule fois.

    Une clé de test répond comme une autre, et rien ne part.
    """
)
@click.argument("ministry", metavar="MINISTÈRE")
@french.option(
    "--scope",
    "scopes",
    required=True,
    multiple=True,
    type=click.Choice(CHOICES),
    help="Ce que la clé permet : envoyer des messages, remplir des registres ; à répéter pour les deux.",
)
@french.option("--test", "is_test", is_flag=True, help="Une clé de test : rien ne part.")
@french.option("--requests-per-minute", default=60, type=click.IntRange(1, 6000), help="Requêtes par minute, au plus.")
@french.option(
    "--parts-per-day", default=1000, type=click.IntRange(0, 10_000_000), help="Parties de SMS par jour, au plus."
)
@french.option(
    "--callback", default="", metavar="ADRESSE", help="L'adresse https:// que Zin appelle quand un message est arrivé."
)
@report_errors
def add(ministry: str, scopes: tuple[Scope, ...], is_test: bool, callback: str, **limits: int) -> None:
    """Add a key and print it once; limits are those of a key (api/keys.py)."""
    from api.keys import NewKey

    _check(callback)
    wanted = NewKey(ministry, "test" if is_test else "live", scopes, callback=callback, **limits)
    made = _with_keys(lambda keys: keys.add(wanted, audit_identity()))
    click.echo(f"Clé {made.id} de « {ministry} »{' (de test)' if is_test else ''} :\n{made.text}")
    if callback:
        click.echo(f"Secret qui signe les appels de Zin vers {callback} :\n{_signing_secret(made.id)}")
    click.echo("Zin ne l'affichera plus : transmettez-la par un chemin sûr, et ne la gardez pas ici.")


@keys.command("list", help="Affiche toutes les clés, sans leur secret ; celles qui sont retirées aussi.")
@report_errors
def list_() -> None:
    """Print every key."""
    found = _with_keys(lambda keys: keys.known())
    for key in found:
        click.echo(_line(key))
    if not found:
        click.echo("Aucune clé : « zin keys add » en donne une à un ministère.")


@keys.command(help="Retire la clé CLÉ, le nom que « zin keys list » affiche : elle est refusée tout de suite.")
@click.argument("name", metavar="CLÉ")
@french.option("--stop-messages", is_flag=True, help="Ce qu'elle a demandé et qui attend encore ne part pas non plus.")
@report_errors
def revoke(name: str, stop_messages: bool) -> None:
    """Revoke a key."""
    revoked = _with_keys(lambda keys: keys.revoke(name, audit_identity(), stop_messages=stop_messages))
    click.echo(f"Clé de « {revoked.ministry} » retirée.")
    if stop_messages:
        click.echo(f"Citoyens à qui rien ne partira : {format_number(revoked.stopped)}.")


def _check(callback: str) -> None:
    """Check that Zin may call this address, "" for none. Raises BadParameter."""
    is_tried_here = is_local(callback) and callback.startswith("http://")
    if callback and not (ADDRESS.fullmatch(callback) or is_tried_here):
        raise click.BadParameter("il faut une adresse comme https://justice.example/zin", param_hint="--callback")


def _signing_secret(key_id: str) -> str:
    from api.callbacks import callback_secret
    from state.identity import Pseudonyms

    return callback_secret(Pseudonyms(load().secrets.pepper), key_id)


def _line(key: ApiKey) -> str:
    limits = f"{format_number(key.requests_per_minute)} requêtes/min, {format_number(key.parts_per_day)} parties/jour"
    until = "" if key.revoked_at is None else f", retirée le {format_day(key.revoked_at)}"
    mode = " de test" if key.mode == "test" else ""
    given = f"donnée le {format_day(key.added_at)} par {key.added_by}{until}"
    return f"{key.ministry}  {key.id}{mode}  {', '.join(key.scopes)}  {limits}  {given}"


def _with_keys(ask: Callable[[ApiKeys], Awaitable[T]]) -> T:
    from api.keys import ApiKeys

    return with_database(lambda database: ask(ApiKeys(database)))
