"""What `zin gateways check`, `try` and `mock` do for a gateway over SMPP."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

import click

from settings import Settings

if TYPE_CHECKING:
    from channels.smpp.smpp_shape import SmppFile

HOST: Final = "127.0.0.1"
REPORT_SECONDS: Final = 120.0


def smpp_lines(settings: Settings) -> Iterator[str]:
    """Yield a line for each gateway."""
    from channels.smpp.smpp_gateways import smpp_gateways
    from channels.smpp.smpp_overview import smpp_list_lines

    yield from smpp_list_lines(smpp_gateways(settings))


def is_smpp(settings: Settings, name: str) -> bool:
    """Return whether the file of this name is one of SMPP. Raises InvalidMenu."""
    from channels.smpp.smpp_gateways import smpp_gateways

    return smpp_gateways(settings).named(name) is not None


def check_smpp(settings: Settings, name: str) -> list[tuple[bool, str]]:
    """Return what is there and what is missing, each with whether it is in order."""
    from channels import sent_by_smpp
    from channels.smpp.smpp_gateways import smpp_gateways
    from channels.smpp.smpp_overview import smpp_check_lines

    gateways = smpp_gateways(settings)
    found = gateways.named(name)
    return list(smpp_check_lines(gateways, found, leaves=bool(sent_by_smpp(settings)))) if found else []


async def try_smpp(settings: Settings, name: str, number: str, text: str) -> None:
    """Send one SMS and follow it to its receipt. Raises NotTried."""
    from channels.contracts.sender import NeedsOperator, PermanentFailure, RetryLater
    from channels.declared.overview import NotTried
    from channels.smpp.smpp_gateways import smpp_gateways
    from channels.smpp.trial import opened_trial, trial_message

    gateways = smpp_gateways(settings)
    found = gateways.named(name)
    if found is None or found.file.sms is None:
        raise NotTried(f"{name} : ce fichier n'envoie pas de SMS")
    if missing := gateways.lacks(found.file):
        raise NotTried(f"{name} : il manque {', '.join(missing)}")
    async with opened_trial(gateways, name, found.file, found.file.sms) as (trial, sender):
        try:
            reference = await sender.send(trial_message(name, number, text))
        except (NeedsOperator, PermanentFailure, RetryLater) as refused:
            raise NotTried(f"{name} n'a pas pris le message : {refused}") from None
        click.echo(f"{name} a pris le message" + (f", sous le nom {reference}." if reference else ", sans le nommer."))
        receipt = await trial.receipt(reference, REPORT_SECONDS) if reference else None
    if receipt:
        click.echo("Remis." if receipt.reported == "delivered" else f"Pas remis : {receipt.state}")
    elif reference:
        click.echo("Pas d'accusé en deux minutes.")


async def mock_smpp(settings: Settings, name: str, number: str, port: int, say: Callable[[str], None]) -> None:
    """Play the operator on the loopback interface until the input ends. Raises NotTried and EOFError."""
    from channels.declared.overview import NotTried
    from channels.smpp.mock_smsc import MockSmsc
    from channels.smpp.smpp_gateways import smpp_gateways

    gateways = smpp_gateways(settings)
    found = gateways.named(name)
    password = gateways.password(found.file) if found else ""
    if found is None or not password:
        raise NotTried(f"{name} : il manque {', '.join(gateways.lacks(found.file) if found else ())}")
    file = found.file
    played = MockSmsc(found, password, number.removeprefix("+"), say)
    server = await asyncio.get_running_loop().create_server(played.accept, HOST, port or file.port)
    try:
        say(f"« {file.title} » : {HOST}:{server.sockets[0].getsockname()[1]} ; lancez zin smpp à côté.")
        say(f"{_invitation(file)} ; Ctrl+C pour finir.")
        while True:
            if typed := (await asyncio.to_thread(input)).strip():
                await played.type(typed)
    finally:
        server.close()
        await played.close()


def _invitation(file: SmppFile) -> str:
    if file.ussd is None:
        return "Tapez un SMS"
    return f"Composez {file.ussd.code}" + (", ou tapez un SMS" if file.sms else "")
