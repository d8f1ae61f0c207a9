"""The verb `zin call`: a call from the terminal."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Final

import click

from cli import french
from cli.active_settings import load
from cli.database_access import audit_identity
from cli.errors import report_errors
from settings import Settings
from state.errors import BadRequest
from state.transcript import Turn, written

SAMPLES: Final = "Demandes et carrières : exemples seulement (--reason, avec une raison, pour de vrais dossiers)."
REAL_FILES: Final = "Demandes et carrières : VRAIS DOSSIERS. La raison est au journal."


@french.command(
    help="""Appelle depuis le terminal, avec la même conversation qu'un citoyen.

    NUMÉROS est ce qui suit le code, comme 3*1. Les demandes et les carrières sont des exemples, sauf si une raison dit
    pourquoi il faut de vrais dossiers.
    """
)
@french.option("--phone", default="", help="Le numéro qui appelle ; sinon celui des essais.")
@french.option("--record", type=click.Path(dir_okay=False, path_type=Path), help="Écrit l'appel dans ce fichier.")
@french.option("--reason", default="", help="Pourquoi montrer de vrais dossiers, pour le journal.")
@click.argument("dialled", metavar="[NUMÉROS]", default="")
@report_errors
def call(phone: str, record: Path | None, reason: str, dialled: str) -> None:
    """Call from the terminal; a reason shows real requests and careers instead of samples."""
    from channels.contracts.phone_numbers import normalize_number
    from state.country import country

    if record and not record.absolute().parent.is_dir():  # before the call, not after it
        raise click.BadParameter(f"le dossier {record.parent} n'existe pas", param_hint="--record")
    settings = load()
    try:
        number = normalize_number(phone or country().trial_number)
    except BadRequest:
        raise click.BadParameter(f"« {phone} » n'est pas un numéro de téléphone", param_hint="--phone") from None
    turns = asyncio.run(_call(settings, number, dialled, reason))
    if record:
        record.write_text(written(f"Appel enregistré dans {record.name}", turns), encoding="utf-8")


async def _call(settings: Settings, number: str, dialled: str, reason: str) -> list[Turn]:
    from admin.simulator.operator_ports import SandboxUser, SharedPorts, ports_for_operator
    from admin.simulator.real_data_access import note_reason
    from admin.simulator.sandbox_sources import open_sandbox_sources
    from cli.terminal_phone import Phone, PrintedMessages, talk
    from runtime.services import open_services
    from state.conversation.conversation import Conversation
    from state.identity import Pseudonyms

    async with open_services(settings) as parts:
        if reason:
            async with parts.database.exclusive_transaction() as writer:
                await note_reason(parts.database, writer, audit_identity(), reason)
        service, names = (
            SharedPorts(parts.ports, open_sandbox_sources(parts.sources, settings)),
            Pseudonyms(settings.secrets.pepper),
        )
        outside = replace(
            ports_for_operator(service, names, SandboxUser(audit_identity(), bool(reason))),
            post=PrintedMessages(click.echo),
        )
        click.echo(REAL_FILES if reason else SAMPLES)
        phone = Phone(Conversation(parts.conversation.menus, outside, settings), number)
        await talk(phone, dialled, click.echo, input)
    return phone.turns
