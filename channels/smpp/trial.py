"""Sends one message by an SMPP gateway for a trial, and waits for its receipt on the same bind."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final, NamedTuple

from channels.contracts.sender import Message
from channels.smpp.binds import open_binds
from channels.smpp.receipts import Receipt, read_receipt
from channels.smpp.sender import SmppSms, SmsRoute
from channels.smpp.smpp_gateways import SmppGateways
from channels.smpp.smpp_shape import SmppFile, SmsPart
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
    """One gateway whose binds are up. Only the receipt of the trial is taken: any other is one of `zin smpp`."""

    def __init__(self, name: str, sms: SmsPart) -> None:
        self.name, self.sms = name, sms
        self._receipts: asyncio.Queue[Held] = asyncio.Queue()

    def take(self, connection: Connection, pdu: Pdu) -> None:
        """Hold a receipt until it is compared; every other delivery is refused for now, and comes again later."""
        try:
            message = decode_message(pdu.body)
        except MalformedBody as error:
            connection.respond(pdu, error.status, BODY)
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


@asynccontextmanager
async def opened_trial(
    gateways: SmppGateways, name: str, file: SmppFile, sms: SmsPart
) -> AsyncIterator[tuple[Trial, SmppSms]]:
    """Bind to a gateway whose file has messages for the duration of this context. Raises OSError."""
    trial = Trial(name, sms)
    async with AsyncExitStack() as opened:
        bind = open_binds(gateways, name, file, trial.take, opened)
        yield trial, SmppSms([SmsRoute(name, file, sms, bind)])


def trial_message(name: str, number: str, text: str) -> Message:
    """Return the message of a trial."""
    return Message(f"try:{name}:{time.time_ns()}", "sms", number, text, is_awaited=True)
