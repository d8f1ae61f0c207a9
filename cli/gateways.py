"""The verbs `zin telegram` and `zin whatsapp`: connect a gateway and check its configuration."""

from __future__ import annotations

import asyncio

import click

from cli.errors import report_errors
from settings import load


@click.group()
def telegram() -> None:
    """The Telegram bot."""


@telegram.command()
@click.argument("address")
@report_errors
def set_webhook(address: str) -> None:
    """Tell Telegram to bring its updates to ADDRESS, where Zin is reached from outside, as in https://zin.example."""
    from channels.telegram import setup

    for line in asyncio.run(setup.set_webhook(load(), address)):
        click.echo(line)


@click.group()
def whatsapp() -> None:
    """The WhatsApp number."""


@whatsapp.command()
@report_errors
def check() -> None:
    """Say whether the WhatsApp settings are there and whether Meta takes them."""
    from channels.whatsapp import setup as whatsapp_check

    for line in asyncio.run(whatsapp_check.check(load())):
        click.echo(line)
