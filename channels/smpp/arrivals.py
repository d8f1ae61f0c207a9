"""What comes over the binds of one gateway, and who takes it: calls, messages and receipts.

    deliver_sm -> of a call, by its operation or its service_type: CallDeliveries
               -> SMS or receipt: SmppDeliveries

What the gateway's file has no part for is refused for good, so that the operator does not send it again.
"""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from channels.smpp.call_deliveries import CallDeliveries
from channels.smpp.deliveries import BODY, SmppDeliveries
from channels.smpp.ussd_dialect import is_call
from smpp.connection import Connection
from smpp.constants import RX_P_APPN
from smpp.errors import MalformedBody
from smpp.messages import decode_message
from smpp.pdu import Pdu

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Arrivals:
    """The deliveries of one gateway; calls and messages are None if its file has none."""

    name: str
    calls: CallDeliveries | None
    messages: SmppDeliveries | None

    def take(self, connection: Connection, pdu: Pdu) -> None:
        """Take one deliver_sm, without waiting."""
        try:
            message = decode_message(pdu.body)
        except MalformedBody as error:
            log.warning("delivery not understood", gateway=self.name, why=str(error))
            connection.respond(pdu, error.status, BODY)
            return
        taker = self.calls if is_call(message) else self.messages
        if taker:
            taker.take(connection, pdu, message)
        else:
            log.warning("delivery refused", gateway=self.name, why="call" if is_call(message) else "sms")
            connection.respond(pdu, RX_P_APPN, BODY)
