"""The verb `zin notifications try`: sends a trial e-mail by the mail server of the settings."""

from __future__ import annotations

import asyncio
import time

import click

from cli import french
from cli.active_settings import load
from cli.errors import report_errors
from settings import Settings
from state.errors import ZinError


@french.group(help="Les avis aux personnes du bureau.")
def notifications() -> None:
    """Group the verbs of notifications."""


@notifications.command("try", help="Envoie un e-mail d'essai à ADRESSE par le serveur de courrier des réglages.")
@click.argument("address", metavar="ADRESSE")
@report_errors
def try_mail(address: str) -> None:
    """Send one e-mail, and say whether the mail server took it."""
    from accounts.contacts import EMAIL

    if not EMAIL.fullmatch(address):
        raise click.BadParameter(f"« {address} » n'est pas une adresse e-mail", param_hint="ADRESSE")
    asyncio.run(_send(load(), address))
    click.echo("Le serveur de courrier a pris le message.")


async def _send(settings: Settings, address: str) -> None:
    from notifications.mailer import Mailer, NotSent
    from notifications.problems import WORDS
    from notifications.wording import TRIAL, TRIAL_SUBJECT

    try:
        if settings.smtp is None:
            raise NotSent("no_server")
        await Mailer(settings.smtp).send(f"try:{time.time_ns()}", address, TRIAL_SUBJECT, TRIAL)
    except NotSent as refused:
        words, advice = WORDS[refused.why]
        raise ZinError(f"{words}. {advice}") from None
