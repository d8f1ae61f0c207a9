"""Asks the gateways that tell it what is left on their accounts, for `zin gateways list` and the admin site."""

from __future__ import annotations

import asyncio
from typing import Final

import structlog

from channels.africastalking.account import read_balance
from channels.routing.gateway_states import GatewayStates
from channels.sms_gateways import AFRICASTALKING
from channels.workers.polling import poll_forever
from database.interface import Database
from httpclient.failures import NoAnswer
from settings import Settings

FIRST_SECONDS: Final = 30.0  # after the start, when messages that waited have left
EVERY_SECONDS: Final = 600.0
log = structlog.get_logger()


async def note_balances(settings: Settings, database: Database) -> None:
    """Ask again and again until cancelled."""

    async def look() -> int:
        """Ask once. Returns 0, for a pause."""
        await note_balance(settings, GatewayStates(database))
        return 0

    await asyncio.sleep(FIRST_SECONDS)
    await poll_forever(look, EVERY_SECONDS, "balance")


async def note_balance(settings: Settings, states: GatewayStates) -> None:
    """Note what Africa's Talking says of the account, if it answers. Raises SourceUnavailable."""
    try:
        balance = await read_balance(settings)
    except NoAnswer as error:
        log.warning("balance not read", gateway=AFRICASTALKING, why=str(error))
        return
    if balance:
        await states.add([AFRICASTALKING])
        await states.balance(AFRICASTALKING, balance)
