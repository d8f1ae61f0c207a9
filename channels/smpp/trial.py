"""Sends one message by an SMPP gateway for a trial, and waits for its receipt on the same bind.

A call that the trial opened is answered on that bind too (channels/smpp/trial_push.py).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final, NamedTuple

from channels.contracts.sender import Message
from channels.smpp.binds import open_binds
from channels.smpp.receipts import Receipt, read_receipt
from channels.smpp.sender import SmppSms, SmsRoute, Submitter
from channels.smpp.smpp_files import FoundGateway
from channels.smpp.smpp_gateways import SmppGateways
from channels.smpp.smpp_shape import SmsPart
from channels.smpp.trial_push import TrialCall
from channels.smpp.ussd_dialect import is_call
from smpp.connection import Connection
from smpp.constants import ROK, RX_T_APPN
from smpp.errors import MalformedBody
from smpp.messages import decode_message
from smpp.pdu import Pdu

BODY = b"\0"
MAX_HELD: Final = 100  # receipts that came before the answer to the trial; later ones come again


class Held(NamedTuple):
    """A receipt that was not answered yet, and where it came from."""

    receipt: Receipt
    connection: Connection
    pdu: Pdu

    def respond(self, status: int) -> None:
        """Answer it."""
        self.connection.respond(self.pdu, status, BODY)


class Trial:
    """One gateway whose binds are up. Only what belongs to the trial is taken: anything else is for `zin smpp`."""

    def __init__(self, name: str, sms: SmsPart, call: TrialCall | None = None) -> None:
        self.name, self.sms, self.call = name, sms, call
        self._receipts: asyncio.Queue[Held] = asyncio.Queue()

    def take(self, connection: Connection, pdu: Pdu) -> None:
        """Hold a receipt until it is compared; every other delivery is refused for now, and comes again later."""
        try:
            message = decode_message(pdu.body)
        except MalformedBody as error:
            connection.respond(pdu, error.status, BODY)
            return
        if self.call and is_call(message):
            connection.respond(pdu, ROK if self.call.take(message) else RX_T_APPN, BODY)
            return
        receipt = read_receipt(message, self.sms.receipt_ids) if message.is_receipt else None
        if receipt and self._receipts.qsize() < MAX_HELD:
            self._receipts.put_nowait(Held(receipt, connection, pdu))
        else:
            connection.respond(pdu, RX_T_APPN, BODY)

    async def receipt(self, reference: str, seconds: float) -> Receipt | None:
        """Wait for the receipt of this reference; None if it does not come."""
        try:
            async with asyncio.timeout(seconds):
                while True:
                    held = await self._receipts.get()
                    is_ours = f"{self.name}:{held.receipt.reference}" == reference
                    held.respond(ROK if is_ours else RX_T_APPN)
                    if is_ours and held.receipt.reported:
                        return held.receipt
        except TimeoutError:
            return None


class OpenTrial(NamedTuple):
    """A trial whose binds are being opened, its sender, and the bind that messages leave by."""

    trial: Trial
    sender: SmppSms
    bind: Submitter


@asynccontextmanager
async def opened_trial(
    gateways: SmppGateways, found: FoundGateway, sms: SmsPart, call: TrialCall | None = None
) -> AsyncIterator[OpenTrial]:
    """Bind to a gateway whose file has messages for the duration of this context. Raises OSError."""
    trial = Trial(found.name, sms, call)
    async with AsyncExitStack() as opened:
        bind = open_binds(gateways, found.name, found.file, trial.take, opened)
        yield OpenTrial(trial, SmppSms([SmsRoute(found.name, found.file, sms, bind)]), bind)


def trial_message(name: str, number: str, text: str) -> Message:
    """Return the message of a trial."""
    return Message(f"try:{name}:{time.time_ns()}", "sms", number, text, is_awaited=True)
