"""The verbs `zin telegram` and `zin whatsapp`: connect a gateway and check its configuration."""

from __future__ import annotations

import asyncio

import click

from cli import french
from cli.active_settings import load
from cli.errors import report_errors


@french.group(help="Le robot de Telegram.")
def telegram() -> None:
    """Group the verbs of the Telegram bot."""


@telegram.command(
    help="Demande à Telegram d'envoyer ses messages à ADRESSE, celle de Zin au-dehors : https://zin.example."
)
@click.argument("address", metavar="ADRESSE")
@report_errors
def set_webhook(address: str) -> None:
    """Register the webhook of Telegram at the public address of Zin."""
    from channels.telegram import setup

    for line in asyncio.run(setup.set_webhook(load(), address)):
        click.echo(line)


@french.group(help="Le numéro de WhatsApp.")
def whatsapp() -> None:
    """Group the verbs of the WhatsApp number."""


@whatsapp.command(help="Dit si les réglages de WhatsApp sont là, et si Meta les accepte.")
@report_errors
def check() -> None:
    """Print whether the WhatsApp settings are complete and accepted by Meta."""
    from channels.whatsapp import setup as whatsapp_check

    for line in asyncio.run(whatsapp_check.check(load())):
        click.echo(line)
