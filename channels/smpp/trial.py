"""Sends one message by an SMPP gateway for a trial, and waits for its receipt on the same bind."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from channels.contracts.sender import Message
from channels.smpp.binds import open_binds
from channels.smpp.receipts import Receipt, read_receipt
from channels.smpp.sender import SmppSms, SmsRoute
from channels.smpp.smpp_gateways import SmppGateways
from channels.smpp.smpp_shape import SmppFile
from smpp.connection import Connection
from smpp.constants import ROK, RX_T_APPN
from smpp.errors import MalformedBody
from smpp.messages import decode_message
from smpp.pdu import Pdu

BODY = b"\0"


class Trial:
    """One gateway whose binds are up."""

    def __init__(self, name: str, file: SmppFile) -> None:
        self.name, self.file = name, file
        self._receipts: asyncio.Queue[Receipt] = asyncio.Queue()

    def take(self, connection: Connection, pdu: Pdu) -> None:
        """Note a receipt; every other delivery is refused for now, and comes again when `zin smpp` runs."""
        try:
            message = decode_message(pdu.body)
        except MalformedBody as error:
            connection.respond(pdu, error.status, BODY)
            return
        receipt = read_receipt(message, self.file.sms.receipt_ids) if message.is_receipt else None
        connection.respond(pdu, ROK if receipt else RX_T_APPN, BODY)
        if receipt:
            self._receipts.put_nowait(receipt)

    async def receipt(self, reference: str, seconds: float) -> Receipt | None:
        """Wait for the receipt of this reference; None if it does not come. Others are dropped."""
        try:
            async with asyncio.timeout(seconds):
                while True:
                    found = await self._receipts.get()
                    if f"{self.name}:{found.reference}" == reference and found.reported:
                        return found
        except TimeoutError:
            return None


@asynccontextmanager
async def opened_trial(gateways: SmppGateways, name: str, file: SmppFile) -> AsyncIterator[tuple[Trial, SmppSms]]:
    """Bind to a gateway for the duration of this context. Raises OSError."""
    trial = Trial(name, file)
    async with AsyncExitStack() as opened:
        bind = open_binds(gateways, name, file, trial.take, opened)
        yield trial, SmppSms([SmsRoute(name, file, bind)])


def trial_message(name: str, number: str, text: str) -> Message:
    """Return the message of a trial."""
    return Message(f"try:{name}:{time.time_ns()}", "sms", number, text, is_awaited=True)
