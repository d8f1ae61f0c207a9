"""The verbs `zin secrets`: one secret for each purpose, and a new key for stored data."""

from __future__ import annotations

import asyncio

import click

from cli import french
from cli.active_settings import load
from cli.database_access import prepared_database
from cli.errors import report_errors
from reporting.french import format_count
from settings import Settings, given_values
from settings.moving import secret_migration_lines


@french.group(
    invoke_without_command=True,
    help="Affiche les lignes qui donnent à chaque secret sa propre valeur ; rien n'est changé.",
)
@click.pass_context
@report_errors
def secrets(context: click.Context) -> None:
    """Print the lines that give each secret a value of its own."""
    if context.invoked_subcommand is None:
        given = {f"ZIN_{name.upper()}": one.text for name, one in given_values().items()}
        for line in secret_migration_lines(given):
            click.echo(line)


@secrets.command(
    help="Chiffre tout de nouveau avec la première clé de ZIN_REST_KEYS, même si des serveurs tournent ; dit quelles "
    "clés servent encore."
)
@report_errors
def rotate() -> None:
    """Encrypt all stored data with the first key, and print which other keys are still needed."""
    for line in asyncio.run(_rotate(load())):
        click.echo(line)


async def _rotate(settings: Settings) -> list[str]:
    from channels.contracts.phone_numbers import number_of_address
    from database.encryption import Seal
    from database.key_rotation import rotate
    from database.secret_fingerprints import needed

    async with prepared_database(settings) as database:
        done = await rotate(database, Seal(*settings.secrets.rest), number_of_address)
        still = await needed(database, settings.secrets.rest)
    lines = [f"Scellé de nouveau, avec la première clé : {done.resealed}."]
    if done.unopened:
        lines.append(
            f"Aucune clé donnée n'ouvre {format_count(done.unopened, 'texte')} : il en manque une dans ZIN_REST_KEYS."
        )
    if still:
        others = ", ".join("ZIN_SECRET" if one == settings.secret.get_secret_value() else "une autre" for one in still)
        return [*lines, f"Sert encore, avec la première clé : {others}. Relancez la commande."]
    return lines if done.unopened else [*lines, "Seule la première clé de ZIN_REST_KEYS sert encore."]
