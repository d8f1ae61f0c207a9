"""The verbs `zin gateways`: the gateways that files describe, listed, checked, tried, and imitated."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Final

import click

from cli import french
from cli.active_settings import load
from cli.errors import report_errors
from cli.gateway_table import table_lines
from cli.smpp_trials import check_smpp, is_smpp, mock_smpp, smpp_lines, try_smpp
from settings import Settings
from state.errors import BadRequest

if TYPE_CHECKING:  # they take time to import, which other verbs need not wait for
    from channels.declared.mock_gateway import MockGateway

HOST: Final = "127.0.0.1"
PORT: Final = 8091
REPORT_SECONDS: Final = 120.0
LOOK_SECONDS: Final = 1.0
TEXT: Final = "Essai de Zin : ce message montre que la passerelle marche."
named = click.argument("name", metavar="NOM")


@french.group(help="Les passerelles que décrivent les fichiers de gateways/.")
def gateways() -> None:
    """Group the verbs of described gateways."""


@gateways.command("list", help="Affiche par où partent les SMS, l'état des passerelles, et les réglages qui manquent.")
@report_errors
def list_gateways() -> None:
    """Print the table of SMS, and one line for each file."""
    from channels.declared.gateways import declared_gateways
    from channels.declared.overview import list_lines

    settings = load()
    lines = [*list_lines(declared_gateways(settings)), *smpp_lines(settings)]
    for line in (*table_lines(settings), *(lines or [f"Aucun fichier dans {settings.gateways}."])):
        click.echo(line)


@gateways.command(help="Dit ce qui manque à une passerelle, et les adresses à lui donner.")
@named
@report_errors
def check(name: str) -> None:
    """Print what is there and what is missing; exit code 1 if something is."""
    from channels.declared.gateways import declared_gateways
    from channels.declared.overview import check_lines

    settings = load()
    smpp = is_smpp(settings, name)
    lines = check_smpp(settings, name) if smpp else list(check_lines(declared_gateways(settings), name))
    for _, line in lines:
        click.echo(line)
    if not all(is_right for is_right, _ in lines):
        sys.exit(1)


@gateways.command("try", help="Envoie un SMS d'essai à NUMÉRO par cette passerelle, et attend son accusé de remise.")
@named
@click.argument("number", metavar="NUMÉRO")
@report_errors
def try_gateway(name: str, number: str) -> None:
    """Send one SMS and follow it to its report, which a running `zin serve` receives."""
    from channels.contracts.phone_numbers import normalize_number

    settings = load()
    try:
        address = normalize_number(number)
    except BadRequest:
        raise click.BadParameter(f"« {number} » n'est pas un numéro de téléphone", param_hint="NUMÉRO") from None
    asyncio.run(try_smpp(settings, name, address, TEXT) if is_smpp(settings, name) else _try(settings, name, address))


@gateways.command(
    help="""Joue cette passerelle sur cette machine, jusqu'à Ctrl+C.

    Tapez un code (*384*229#) pour appeler Zin, une réponse, ou le texte d'un SMS. Les SMS que Zin envoie à
    http://127.0.0.1:PORT s'affichent, et leur remise est annoncée. Une passerelle SMPP attend zin smpp au port de son
    fichier.
    """
)
@named
@french.option("--zin", default="http://127.0.0.1:8080", metavar="ADRESSE", help="L'adresse de zin serve.")
@french.option("--port", default=PORT, type=click.IntRange(0, 65535), help="Le port ; 0 pour n'importe lequel.")
@french.option("--phone", default="", help="Le numéro qui appelle ; sinon celui des essais.")
@report_errors
def mock(name: str, zin: str, port: int, phone: str) -> None:
    """Play a gateway's phones and API on the loopback interface."""
    from channels.contracts.phone_numbers import normalize_number
    from channels.declared.gateways import declared_gateways
    from channels.declared.mock_gateway import MockGateway
    from channels.declared.overview import find_gateway
    from channels.declared.trial_call import offered_code
    from state.country import country

    settings = load()
    if is_smpp(settings, name):
        number = normalize_number(phone or country().trial_number)
        _run(mock_smpp(settings, name, number, 0 if port == PORT else port, click.echo))
        return
    ours = declared_gateways(settings)
    file = find_gateway(ours, name)
    served = ours.credentials.plain(file.ussd.code) if file.ussd else ""
    code, number = offered_code(served, country().service_code), normalize_number(phone or country().trial_number)
    played = MockGateway(file, ours.credentials, zin, click.echo, code, number)
    _run(_play(played, port))


def _run(playing: Coroutine[None, None, None]) -> None:
    """Play until Ctrl+C, or until the input ends."""
    try:
        asyncio.run(playing)
    except (KeyboardInterrupt, EOFError):
        click.echo("Fini.")


async def _try(settings: Settings, name: str, number: str) -> None:
    from channels.contracts.sender import Message, NeedsOperator, PermanentFailure, RetryLater
    from channels.declared.gateways import declared_gateways
    from channels.declared.overview import NotTried, find_gateway

    ours = declared_gateways(settings)
    file = find_gateway(ours, name)
    sender = dict(ours.senders()).get(name)
    if sender is None:
        sending = file.sms.send if file.sms else None
        why = f"il manque {', '.join(ours.cannot_send(sending))}" if sending else "ce fichier n'envoie pas de SMS"
        raise NotTried(f"{name} : {why}")
    try:
        reference = await sender.send(Message(f"try:{name}:{time.time_ns()}", "sms", number, TEXT, is_awaited=True))
    except (NeedsOperator, PermanentFailure, RetryLater) as refused:
        raise NotTried(f"{name} n'a pas pris le message : {refused}") from None
    finally:
        await sender.close()
    own = reference.partition(":")[2]  # the gateway knows nothing of the name that we put before
    click.echo(f"{name} a pris le message" + (f", sous le nom {own}." if own else ", sans le nommer."))
    if reference:
        click.echo(await _report(settings, reference))


async def _report(settings: Settings, reference: str) -> str:
    """Return what became of a message, once its report has come; reports of unknown messages wait in SQL."""
    from channels.outbox.held_messages import HeldMessages
    from cli.database_access import prepared_database
    from state.identity import Pseudonyms

    hashed = Pseudonyms(settings.secrets.pepper).reference("sms", reference)
    async with prepared_database(settings) as database:
        held, until = HeldMessages(database), time.monotonic() + REPORT_SECONDS
        while time.monotonic() < until:
            if report := await held.early_report("sms", hashed):
                return "Remis." if report["state"] == "delivered" else f"Pas remis : {report['why']}"
            await asyncio.sleep(LOOK_SECONDS)
    return "Pas d'accusé en deux minutes : l'adresse des accusés est-elle donnée, et zin serve lancé ?"


async def _play(played: MockGateway, port: int) -> None:
    from aiohttp import web

    runner = web.AppRunner(played.app(), access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, HOST, port).start()
        click.echo(f"« {played.file.title} » : http://{HOST}:{runner.addresses[0][1]} ; Zin est à {played.zin}.")
        click.echo(f"Tapez {played.code} pour appeler, ou un SMS ; Ctrl+C pour finir.")
        while True:
            typed = await asyncio.to_thread(input)
            if typed.strip():
                await played.type(typed.strip())
    finally:
        await played.close()
        await runner.cleanup()
