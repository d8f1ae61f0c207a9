"""What `zin gateways check`, `try` and `mock` do for a gateway over SMPP."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

import click

from settings import Settings

if TYPE_CHECKING:
    from channels.smpp.sender import Submitter
    from channels.smpp.smpp_shape import SmppFile
    from channels.smpp.trial import OpenTrial
    from channels.smpp.trial_push import TrialCall

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
    from channels.sms_gateways import route_table

    gateways = smpp_gateways(settings)
    found = gateways.named(name)
    leaves = bool(sent_by_smpp(settings)) or name in route_table(settings).gateways
    return list(smpp_check_lines(gateways, found, leaves=leaves)) if found else []


async def try_smpp(settings: Settings, name: str, number: str, text: str) -> None:
    """Open a call if the file has `push`, then send one SMS and follow it to its receipt. Raises NotTried."""
    from channels.declared.overview import NotTried
    from channels.smpp.smpp_gateways import smpp_gateways
    from channels.smpp.trial import opened_trial
    from channels.smpp.trial_push import trial_call

    gateways = smpp_gateways(settings)
    found = gateways.named(name)
    if found is None or found.file.sms is None:
        code = found.file.ussd.code if found and found.file.ussd else ""
        calls = f". Pour essayer les appels, lancez zin smpp et composez {code} sur un téléphone" if code else ""
        raise NotTried(f"{name} : ce fichier n'envoie pas de SMS{calls}")
    if missing := gateways.lacks(found.file):
        raise NotTried(f"{name} : il manque {', '.join(missing)}")
    call = trial_call(found, number)
    async with opened_trial(gateways, found, found.file.sms, call) as opened:
        if call:
            await _try_call(call, opened.bind)
        await _try_message(opened, number, text)


async def _try_call(call: TrialCall, bind: Submitter) -> None:
    """Open one call and wait for its answer."""
    if refused := await call.open(bind):
        click.echo(f"L'appel n'est pas ouvert : {refused}")
        return
    click.echo("L'appel est ouvert : répondez 1 sur le téléphone.")
    has_answered = await call.end(bind, REPORT_SECONDS)
    click.echo("Le téléphone a répondu." if has_answered else "Pas de réponse du téléphone en deux minutes.")


async def _try_message(opened: OpenTrial, number: str, text: str) -> None:
    """Send one SMS and wait for its receipt. Raises NotTried."""
    from channels.contracts.sender import NeedsOperator, PermanentFailure, RetryLater
    from channels.declared.overview import NotTried
    from channels.smpp.trial import trial_message

    name = opened.trial.name
    try:
        reference = await opened.sender.send(trial_message(name, number, text))
    except (NeedsOperator, PermanentFailure, RetryLater) as refused:
        raise NotTried(f"{name} n'a pas pris le message : {refused}") from None
    click.echo(f"{name} a pris le message" + (f", sous le nom {reference}." if reference else ", sans le nommer."))
    receipt = await opened.trial.receipt(reference, REPORT_SECONDS) if reference else None
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
